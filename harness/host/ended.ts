import type { EventOf } from '../events/kinds.ts'

/** How an adapter has ended the thread or the process that it ran in. */
export interface Ended {
  readonly how: EventOf<'crashed'>['how']
  /** What the adapter did, after its name: `kept its thread busy for 10 s`. */
  readonly what: string
  /** What may be the cause, mostly as a question; null where there is no telling. */
  readonly cause: string | null
}

/** In one sentence; `adapter` is what the adapter is called, `during` what it was about, such as ` in open()`. */
export const endSentence = (adapter: string, { what, cause }: Ended, during = ''): string =>
  `${adapter} ${what}${during}${cause === null ? '' : `: ${cause}`}`
