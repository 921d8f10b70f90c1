/** The rows that a plan has its application store. */
import type { Row } from '../adapter.ts'
import { between, createRandom, deriveSeed, pick } from '../random.ts'
import { isUsedOp } from './message.ts'
import type { Plan } from './plan.ts'

/** Texts that other types look like, too, and what a column may cut off. */
const LABELS = [
  ...['plain', 'true', '1', '0', '', 'null', '1.5', "it's naïve 日本語"],
  ...['  blanks around  ', 'a text of more than twenty characters'],
] as const

/** At the ends of 32 bits and beyond, up to where a double still holds every whole number. */
const COUNTS = [0, 1, -1, -(2 ** 31) - 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER] as const

/** None that single precision holds. */
const RATIOS = [0.1, -0.1, 1 / 3, 0.1 + 0.2] as const

const PREFIX = 'row-'

/** Whether a bus that was used for long has stored it, see {@link isUsedOp}. */
export const isUsedRow = (id: string): boolean => id.startsWith(PREFIX) && isUsedOp(id.slice(PREFIX.length))

/** The row of this message, by the name of its operation. Each value may be taken for another, and must come out as it is. */
export function rowOf({ seed }: Pick<Plan, 'seed'>, op: string): Row {
  const random = createRandom(deriveSeed(seed, 'row', op))
  return {
    id: `${PREFIX}${op}`,
    values: {
      flag: random() < 0.5,
      count: pick(random, [...COUNTS, between(random, -2_000_000_000, 2_000_000_000)]),
      ratio: pick(random, [...RATIOS, between(random, 0, 1_000) + 0.5]),
      label: pick(random, LABELS),
      note: pick(random, [null, '', `note of ${op}`]),
    },
  }
}
