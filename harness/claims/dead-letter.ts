import { z } from 'zod'
import { type ClaimDescriptor, count, ms } from './descriptor.ts'

export interface DeadLetterClaim {
  readonly naming: 'per-topic' | 'single'
  /** `per-topic`: appended to the topic's name. `single`: the one topic's name, after the run's prefix. */
  readonly name: string
  /**
   * When the position of its message is committed: `after` the dead letter was accepted, which is the default, or
   * `together` with it, in one transaction.
   */
  readonly commit?: 'after' | 'together'
  /** A record that cannot be read as a message is dead-lettered too, with its bytes unchanged. */
  readonly poison?: true
}

/** When the harness stores a record that the adapter's codec cannot read, bypassing every link. */
export interface PlannedPoison {
  /** ms after traffic began. */
  readonly at: number
  /** Index of the topic, modulo their number. */
  readonly topic: number
}

export interface DeadLetterLists {
  /** Only if `deadLetter.poison` is claimed. */
  readonly poisons?: readonly PlannedPoison[]
}

export interface DeadLetterPart {
  readonly deadLetter?: DeadLetterClaim
}

export const deadLetter = {
  shape: () =>
    z.strictObject({
      naming: z.enum(['per-topic', 'single']),
      name: z.string(),
      commit: z.enum(['after', 'together']).exactOptional(),
      poison: z.literal(true).exactOptional(),
    }),
  contradiction({ name, naming }, { handling }) {
    if (name === '') return `deadLetter.name is empty, so dead letters (${naming}) have no topic of their own.`
    if (handling !== undefined) return null
    return 'deadLetter is claimed without handling, so the number of attempts before a message is dead-lettered is undefined.'
  },
  needs: ({ naming }) => (naming === 'per-topic' ? ['deadLetterTopics'] : []),
  conditions: {
    'dead-letter': { link: { role: 'dead-letter', lacks: 'no dead letters claimed' } },
    poison: {
      when: ({ poison }) => poison === true,
      lists: {
        poisons: {
          shape: z.strictObject({ at: ms, topic: count }),
          fields: ({ messageAt, topics }) => ({ at: { values: messageAt }, topic: { values: topics } }),
          seed: 'poisons',
          share: 0.2,
          size: [1, 2],
          leans: { 'handler-failure': [1, 3], 'dead-letter-outage': [1, 3] },
          lacks: 'no dead letters of unreadable records claimed',
        },
      },
    },
  },
  docs: {
    deadLetter:
      "`per-topic`: the suffix is appended to the topic's name; `single`: one topic for all, its name follows the run's prefix",
    'deadLetter.commit':
      'the position is committed `after` the dead letter was accepted (default), or `together` with it in one transaction',
    'deadLetter.poison':
      'a record that cannot be read as a message is dead-lettered too, [unchanged](adapter.md#unreadable-records); an adapter that can read any record does not claim this',
  },
} satisfies ClaimDescriptor<'deadLetter'>
