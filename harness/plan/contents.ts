/** What messages contain: keys, bodies and headers, as plans draw them. */
import fc from 'fast-check'
import type { Claims } from '../claims.ts'
import { LARGEST_VALUE, LONGEST_KEY } from './message.ts'
import { gentler, ordered, weighted } from './ordered.ts'
import type { PlannedBody, PlannedBytes, PlannedHeader, PlannedHeaders } from './plan.ts'
import type { Swarm } from './shape.ts'
import { HEX, JSON_TEXTS, nameLike, TOKEN_NAMES, textLike } from './texts.ts'

type Limits = Claims['messages']

/** Sizes at and beside the powers of two from 2⁸ to 2²⁰ and the limit, ascending; none exceeds the limit. */
export function sizesUpTo(most: number): readonly number[] {
  const limit = Math.min(most, LARGEST_VALUE)
  const powers = Array.from({ length: 13 }, (_, index) => 2 ** (8 + index))
  const sizes = [0, 1, 2, ...powers.flatMap((power) => [power - 1, power, power + 1]), limit - 1, limit]
  return [...new Set(sizes)].filter((size) => size >= 0 && size <= limit).sort((one, other) => one - other)
}

/** The larger, the rarer: a plan with one large value costs as much as one with dozens of small ones. */
function sizes(most: number): fc.Arbitrary<number> {
  const all = sizesUpTo(most)
  const limits = all.slice(-2)
  return weighted(all, (size) => (size <= 4_097 ? 12 : size <= 65_537 ? 4 : limits.includes(size) ? 3 : 1))
}

const plain = { noNullPrototype: true } as const
const text = (texts: fc.Arbitrary<string>) => fc.record({ text: texts }, plain)
const sized = (bytes: fc.Arbitrary<number>) => fc.record({ bytes }, plain)
const ANY_HEX = fc.record({ hex: HEX }, plain)

export function bodyArbitrary(swarm: Swarm, { maxBytes }: Limits): fc.Arbitrary<PlannedBody> {
  const weight = swarm.bodies
  const drawn = fc.oneof<fc.WeightedArbitrary<PlannedBody>[]>(
    ...(['text', 'json', 'tombstone'] as const).map((kind) => ({ weight: weight[kind], arbitrary: ordered([kind]) })),
    { weight: weight.words, arbitrary: text(textLike(swarm.word, 4)) },
    { weight: weight.printed, arbitrary: text(JSON_TEXTS) },
    { weight: weight.binary, arbitrary: ANY_HEX },
    { weight: weight.sized, arbitrary: sized(sizes(maxBytes)) },
  )
  return gentler(drawn, 'text')
}

function header({ headerNames }: Limits, word: string): fc.Arbitrary<PlannedHeader> {
  const value = fc.oneof<fc.WeightedArbitrary<PlannedBytes>[]>(
    { weight: 5, arbitrary: text(textLike(word, 4)) },
    { weight: 3, arbitrary: ANY_HEX },
    { weight: 1, arbitrary: sized(ordered([0, 1, 24, 255, 256, 1_000])) },
  )
  const name = headerNames === 'token' ? TOKEN_NAMES : nameLike(word)
  return fc.record<PlannedHeader>({ name, value: gentler(value, { text: 'a' }) }, plain)
}

export function headersArbitrary(swarm: Swarm, limits: Limits): fc.Arbitrary<PlannedHeaders> {
  const one = header(limits, swarm.word)
  const list = (minLength: number, maxLength: number): fc.Arbitrary<readonly PlannedHeader[]> => {
    const bounds = { minLength, maxLength, size: 'max' } as const
    return limits.repeatedHeaders
      ? fc.array(one, bounds)
      : fc.uniqueArray(one, { ...bounds, selector: ({ name }) => name })
  }
  const weight = swarm.headers
  const drawn = fc.oneof<fc.WeightedArbitrary<PlannedHeaders>[]>(
    { weight: weight.none, arbitrary: list(0, 0) },
    { weight: weight.text, arbitrary: ordered(['text'] as const) },
    { weight: weight.few, arbitrary: list(1, 4) },
    { weight: weight.many, arbitrary: list(5, 30) },
  )
  return gentler(drawn, [])
}

/** Mostly spellings of one word, so that a bus that takes two of them for one key does so within the plan. */
export function keyArbitrary({ word }: Swarm, { maxKeyBytes = LONGEST_KEY }: Limits): fc.Arbitrary<PlannedBytes> {
  const lengths = [0, 1, 2, 255, 256, 257, maxKeyBytes - 1, maxKeyBytes].filter((length) => length <= maxKeyBytes)
  const drawn = fc.oneof<fc.WeightedArbitrary<PlannedBytes>[]>(
    { weight: 8, arbitrary: text(textLike(word, 21)) },
    { weight: 1, arbitrary: ANY_HEX },
    { weight: 2, arbitrary: sized(ordered([...new Set(lengths)])) },
  )
  return gentler(drawn, { text: 'a' })
}
