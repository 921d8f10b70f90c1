import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf, UsageError } from '../errors.ts'

/** The text of the file that an option names. Throws a {@link UsageError} that says what to give instead. */
export function readOption(
  option: string,
  file: string,
  { cwd, mend }: { readonly cwd: string; readonly mend: string },
): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new UsageError(`${option} ${file}: this file cannot be read (${messageOf(error)}); ${mend}`)
  }
}
