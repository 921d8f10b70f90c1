/** What scripts do with numbers on their command line. */
import { EXIT } from '../harness/cli/exit-code.ts'

/** Ends the script with one sentence where the text of the option is no whole number of at least `least`. */
export function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least) return number
  console.error(`--${option} ${text}: give a whole number, ${least} or more`)
  process.exit(EXIT.usage)
}
