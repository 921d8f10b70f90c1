import { OP_HEADER, REDRIVEN } from '../vocabulary.ts'

/** What the op of a message ends in that was redriven from a dead letter: it is another message than the one it copies. */
const SUFFIX = '~redriven'

const utf8 = new TextDecoder()

/** The op that a message carries; null where it carries none. */
export function opIn(headers: readonly (readonly [name: string, value: Uint8Array])[]): string | null {
  const found = headers.find(([name]) => name === OP_HEADER)
  if (found === undefined) return null
  const op = utf8.decode(found[1])
  return headers.some(([name]) => name === REDRIVEN) ? `${op}${SUFFIX}` : op
}

/** The op of the message that was redriven; null for one that was not. */
export const redrivenOp = (op: string | null): string | null =>
  op?.endsWith(SUFFIX) === true ? op.slice(0, -SUFFIX.length) : null

/** The group of consumers that are only tried, and no part of the plan. */
export const trialGroupOf = (prefix: string): string => `${prefix}trial`
