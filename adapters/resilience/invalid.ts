/** Refuses messages that no bus can accept, before anything is sent. */
import type { Message } from '../../harness/adapter.ts'
import { CODES, ResilienceError } from './errors.ts'

/** Throws if the topic's name is empty or has control characters, or if the value is larger than `maxBytes`. */
export function refuseInvalid({ topic, value }: Pick<Message, 'topic' | 'value'>, maxBytes: number): void {
  if (topic === '') throw invalid('the topic is empty: name one')
  if (/\p{Cc}/u.test(topic)) throw invalid('the topic has control characters in its name')
  const bytes = value?.length ?? 0
  if (bytes > maxBytes) throw invalid(`the value has ${bytes} bytes, and ${maxBytes} are the most that can be sent`)
}

/** A message that the bus does not take. */
export const invalid = (message: string): ResilienceError =>
  new ResilienceError(CODES.invalid, message, { effect: 'none', retryable: false })
