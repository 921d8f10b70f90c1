/** What every adapter claims, in the form of the optional claims. */
import { z } from 'zod'
import type { Claims } from './claims.ts'
import type { ClaimDescriptor } from './descriptor.ts'
import { refusals } from './refusal.ts'
import { atMost } from './rules.ts'

const delivery = {
  shape: () => z.enum(['at-most-once', 'at-least-once', 'exactly-once']),
  conditions: { 'at-least-once': { when: (claim) => claim !== 'at-most-once' } },
  docs: '`at-most-once`, `at-least-once` or `exactly-once`',
} satisfies ClaimDescriptor<'delivery'>

const ordering = {
  shape: () => z.enum(['none', 'per-key', 'per-partition', 'total']),
  needs: (claim) => (claim === 'per-partition' ? ['partitions'] : []),
  conditions: {
    'per-key-ordering': { when: (claim) => claim !== 'none' },
    'per-partition-ordering': { when: (claim) => claim === 'per-partition' || claim === 'total' },
  },
  docs: '`none`, `per-key`, `per-partition` or `total`',
} satisfies ClaimDescriptor<'ordering'>

const messages = {
  shape: () =>
    z.strictObject({
      tombstones: z.boolean(),
      repeatedHeaders: z.boolean(),
      maxBytes: z.int().min(1),
      maxKeyBytes: z.int().min(1).exactOptional(),
      headerNames: z.enum(['text', 'token']).exactOptional(),
    }),
  docs: {
    'messages.tombstones': 'a null value is delivered as null, not as the empty value',
    'messages.repeatedHeaders': 'a header name may occur more than once',
    'messages.maxBytes': 'the largest value, in bytes',
    'messages.maxKeyBytes': 'optional: the longest key, in bytes; 1,024 if absent',
    'messages.headerNames':
      'optional: `text`, the default, for header names of any text from 1 to 255 bytes in UTF-8; `token` for 1 to 64 ASCII letters, digits, `-`, `_` and `.`, the first a letter or `_`. The bus keeps upper and lower case apart',
  },
} satisfies ClaimDescriptor<'messages'>

const publish = {
  shape: (figure) => z.strictObject({ timeout: figure, deadline: figure }),
  contradiction: ({ timeout, deadline }) => atMost(['publish.timeout', timeout], ['publish.deadline', deadline]),
  settings: {
    // Also longer than a session and a reset of a breaker.
    'publish.timeout': { simulated: [100, 200, 300, 600], real: [300, 400] },
    'publish.deadline': [4000, 5000],
  },
  conditions: { always: { lists: refusals } },
  leaning: { 'handler-waits': { 'publish.timeout': { simulated: [100], real: [300] } } },
  floors: {
    /** The longest of its attempts and waits together. */
    'publish.deadline'(most) {
      const retries = most('retry.retries')
      return (1 + retries) * most('publish.timeout') + retries * most('retry.cap') * most('retry.jitter.high')
    },
  },
  docs: {
    'publish.timeout': 'the longest duration of one attempt',
    'publish.deadline': 'the longest time from the call until it settles, including waits and retries',
  },
} satisfies ClaimDescriptor<'publish'>

const consume = {
  shape: (figure) => z.strictObject({ session: figure, behindFailure: z.enum(['hold', 'hold-key', 'go-on']) }),
  settings: { 'consume.session': { simulated: [500, 1000, 250], real: [1000, 2000] } },
  docs: {
    'consume.session': 'the session time-out: a member that is silent for this long loses its partitions',
    'consume.behindFailure':
      'after a failing message, `hold` the partition, `hold-key` messages with the same key, or `go-on`, however many fail at once; [`adapters/memory/by-key.ts`](../adapters/memory/by-key.ts) claims `hold-key`',
  },
} satisfies ClaimDescriptor<'consume'>

const close = {
  shape: (figure) => z.strictObject({ deadline: figure }),
  settings: { 'close.deadline': { simulated: [1000, 2000], real: [4000] } },
  floors: { 'close.deadline': (most) => most('publish.timeout') },
  docs: { 'close.deadline': 'the longest duration of `close()`, not counting the time of running handlers' },
} satisfies ClaimDescriptor<'close'>

const recovery = {
  shape: (figure) => z.strictObject({ deadline: figure }),
  settings: { 'recovery.deadline': { simulated: [5000, 7000], real: [5000] } },
  docs: {
    'recovery.deadline': 'publishing and consuming work again within this time after the last fault has ended',
  },
} satisfies ClaimDescriptor<'recovery'>

const errors = {
  shape: () => z.strictObject({ codes: z.array(z.string().min(1)).min(1) }),
  docs: { 'errors.codes': 'every `code` that a caller may receive' },
} satisfies ClaimDescriptor<'errors'>

type RequiredName = { [K in keyof Claims]-?: undefined extends Claims[K] ? never : K }[keyof Claims]

export const ALWAYS = { delivery, ordering, messages, publish, consume, close, recovery, errors } satisfies {
  readonly [K in RequiredName]: ClaimDescriptor<K>
}
