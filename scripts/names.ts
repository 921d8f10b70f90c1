/** What scripts do with names on their command line. */
import { EXIT } from '../harness/cli/exit-code.ts'

/** Ends the script with one sentence; nothing has been done by then. */
export function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(EXIT.usage)
}

/** Ends the script with one sentence where one of `names` names nothing; nothing has been done by then. */
export function refuseUnknown(
  names: readonly string[],
  of: { readonly isKnown: (name: string) => boolean; readonly sentence: (name: string) => string },
): void {
  const unknown = names.find((name) => !of.isKnown(name))
  if (unknown !== undefined) refuse(of.sentence(unknown))
}
