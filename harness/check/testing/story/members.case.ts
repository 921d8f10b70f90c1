/** The run, and the members of its groups. */
import type { Phase } from '../../../events/kinds.ts'
import { GROUP, type Happening, NODE, TOPIC } from './basis.case.ts'

export const phase = (at: number, name: Phase): Happening => [{ type: 'phase', at, phase: name }]
/** Healed and drained at `at`, then closed and ended. */
export const drained = (at: number): Happening => [
  ...phase(at, 'heal'),
  ...phase(at + 0.1, 'drain'),
  ...phase(at + 0.2, 'close'),
  { type: 'end', at: at + 0.3 },
]
export const end = (at: number): Happening => [{ type: 'end', at }]

interface Membership {
  readonly group?: string
  readonly node?: string
  readonly from?: 'earliest' | 'latest'
}

/** Asks at `at` to be a member and is one `takes` ms later. */
export const joins = (
  at: number,
  consumer: string,
  options: Membership & { readonly takes?: number } = {},
): Happening => [
  ...asksToJoin(at, consumer, options),
  { type: 'subscribed', at: at + (options.takes ?? 0), node: options.node ?? NODE, consumer },
]
export const asksToJoin = (
  at: number,
  consumer: string,
  { group = GROUP, node = NODE, from = 'earliest' }: Membership = {},
): Happening => [{ type: 'subscribe', at, node, consumer, group, topics: [TOPIC], from }]
export const asksToLeave = (at: number, consumer: string): Happening => [
  { type: 'unsubscribe', at, node: NODE, consumer },
]
export const leaves = (at: number, consumer: string, takes = 0): Happening => [
  ...asksToLeave(at, consumer),
  { type: 'unsubscribed', at: at + takes, node: NODE, consumer },
]
export const holds = (at: number, type: 'assigned' | 'revoked', consumer: string, partition = 0): Happening => [
  { type, at, node: NODE, consumer, partitions: [{ topic: TOPIC, partition }] },
]
