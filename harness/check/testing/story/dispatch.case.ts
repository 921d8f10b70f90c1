/** Groups that register types of messages, and names of topics. */
import type { SeenError } from '../../../events/parts.ts'
import { type Happening, NODE } from './basis.case.ts'
import { sealed } from './envelopes.case.ts'
import { acknowledges, publishes, stores } from './publishing.case.ts'

/** Who joins registers these types. */
export const registering = (types: readonly string[], happened: Happening): Happening =>
  happened.map((event) => (event.type === 'subscribe' ? { ...event, types } : event))

/** A message of this type, null for none, and of this category: published, stored and acknowledged within 2 ms. */
export const typed = (at: number, op: string, kind: string | null, category = 'EVENT'): readonly Happening[] => [
  sealed(publishes(at, op), ...(kind === null ? [] : [['kind', kind] as const]), ['category', category]),
  stores(at + 1, op),
  acknowledges(at + 2, op),
]

type Parts = Readonly<Record<string, string>> | null

/** The adapter reads a name, and writes it again. */
export const reads = (
  at: number,
  name: string,
  expected: Parts,
  { parsed = expected, printed = expected === null ? null : name, error }: Read = {},
): Happening => [
  { type: 'name-read', at, node: NODE, name, expected, parsed, printed, ...(error === undefined ? {} : { error }) },
]
interface Read {
  readonly parsed?: Parts
  readonly printed?: string | null
  readonly error?: SeenError
}
