/** The rows that a plan has its application store. */
import type { Row } from '../adapter.ts'
import type { Plan } from './plan.ts'
import { between, createRandom, deriveSeed, pick } from './random.ts'

/** Texts that other types look like, too. */
const LABELS = ['plain', 'true', '1', '0', '', 'null', '1.5', "it's naïve 日本語"] as const

/** The row of the message at `index`. Each value may be taken for one of another type, and must come out as its own. */
export function rowOf({ seed }: Pick<Plan, 'seed'>, index: number): Row {
  const random = createRandom(deriveSeed(seed, 'row', index))
  return {
    id: `row-${index}`,
    values: {
      flag: random() < 0.5,
      count: pick(random, [0, 1, between(random, 2, 2_000_000_000)]),
      ratio: between(random, 0, 1_000) + 0.5,
      label: pick(random, LABELS),
      note: random() < 0.5 ? null : `note of ${index}`,
    },
  }
}
