/** A stored failure on the command line: its id, or the path of its folder, as its story names it. */
import { basename, dirname, sep } from 'node:path'

export interface FailureArgument {
  readonly id: string
  /** The folder that holds it. */
  readonly failures: string
}

/** `failures`: where an id is looked for. */
export function failureAt(argument: string, failures: string): FailureArgument {
  const isPath = argument.includes('/') || argument.includes(sep)
  return isPath ? { id: basename(argument), failures: dirname(argument) } : { id: argument, failures }
}
