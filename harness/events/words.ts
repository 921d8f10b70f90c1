/** Words that the sentences of several kinds of event share. */
import type { Next, Position } from '../vocabulary.ts'
import type { SeenError } from './parts.ts'

/** `topic/partition@offset` */
export const positionText = (at: Position): string => `${at.topic}/${at.partition}@${at.offset}`

/** `topic/partition@offset`, or `topic/partition after ID` */
export const nextText = ({ topic, partition, next }: Omit<Position, 'offset'> & { readonly next: Next }): string =>
  typeof next === 'number'
    ? positionText({ topic, partition, offset: next })
    : `${topic}/${partition} after ${next.after}`

export const errorText = (seen: SeenError): string => seen.code ?? seen.message

/** Follows what failed; nothing where there is no error. */
export const becauseOf = (seen: SeenError | undefined): string => (seen === undefined ? '' : `: ${errorText(seen)}`)

/** Which of the two it was, and why where it failed. */
export const endText = (seen: SeenError | undefined, done: string, failed: string): string =>
  seen === undefined ? done : `${failed}${becauseOf(seen)}`

export const atText = (position: Position | undefined): string =>
  position === undefined ? '' : ` at ${positionText(position)}`

/** With what is not nothing. */
export const countsText = (by: Readonly<Record<string, number>>): string => {
  const some = Object.entries(by).filter(([, count]) => count !== 0)
  return some.length === 0 ? 'nothing left' : some.map(([name, count]) => `${name} ${count}`).join(', ')
}
