/** Publishing dead letters again. */
import { type Bus, type Header, type Message, REDRIVEN } from '../../harness/adapter.ts'

import { UNREADABLE } from './dead-letter.ts'

/** Reads all dead letters of a topic's messages, as they were stored. */
export type ReadLetters = (topic: string) => Promise<readonly Message[]>

/** The original message of a dead letter, unchanged except for the mark; null if it is not a dead letter, or that of an unreadable record. */
export function originalOf({ key, value, headers }: Message): Message | null {
  // The first of those that dead-lettering adds behind the message's own, which may have the same names.
  const added = headers.findLastIndex(([name]) => name === 'original_topic')
  const topic = headers[added]?.[1]
  if (topic === undefined || headers.slice(added).some(([name]) => name === UNREADABLE)) return null
  const own = headers.slice(0, added).filter(([name]) => name !== REDRIVEN)
  const mark: Header = [REDRIVEN, new TextEncoder().encode('true')]
  return { topic: new TextDecoder().decode(topic), key, value, headers: [...own, mark] }
}

/** Publishes one after another, so that messages of one key keep their order. */
export const createRedrive =
  (read: ReadLetters, publish: Bus['publish']): NonNullable<Bus['redrive']> =>
  async (topic, { op }) => {
    let count = 0
    for (const letter of await read(topic)) {
      const original = originalOf(letter)
      if (original?.topic !== topic) continue
      await publish(original, { op: `${op}/${count}` })
      count += 1
    }
    return count
  }
