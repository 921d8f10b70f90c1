/** Faults, processes, what they hold, and what must be refused. */

import type { BusStats, Role } from '../../../adapter.ts'
import type { TrialKind } from '../../../events/caller.ts'
import type { LongUseOf } from '../../../events/host.ts'
import type { SeenError } from '../../../events/parts.ts'
import type { FaultKind, OutageKind } from '../../../faults.ts'
import type { Event } from '../../event.ts'
import { type Happening, NODE } from './basis.case.ts'

/** A fault from `at` to `until`; with `landed` false it touched nothing. */
export const faultOf =
  (kind: FaultKind | OutageKind) =>
  (at: number, until: number, role: Role, landed = true): Happening => [
    { type: 'fault', at, fault: at, kind, role, direction: 'up' },
    { type: 'healed', at: until, fault: at, kind, role, landed: { connections: landed ? 1 : 0, bytes: 0 } },
  ]
export const fault = faultOf('refuse')
/** Everything arrives late meanwhile. */
export const slows = faultOf('latency')
/** The system is away from `at` to `until`, and comes back without what it had stored; null: it does not come back. */
export const losesDisk = (at: number, until: number | null): Happening => {
  const what = { fault: at, kind: 'lose-disk', role: 'system' } as const
  const lost: Event = { type: 'fault', at, ...what, direction: 'up' }
  if (until === null) return [lost]
  return [lost, { type: 'healed', at: until, ...what, landed: { connections: 1, bytes: 0 } }]
}
/** The bus is open. */
export const opened = (at: number, node = NODE): Happening => [{ type: 'opened', at, node }]
export const closes = (at: number, call = 0, node = NODE): Happening => [{ type: 'close', at, node, call }]
export const closed = (at: number, call = 0, failure?: SeenError): Happening => [
  { type: 'closed', at, node: NODE, call, ...(failure === undefined ? {} : { error: failure }) },
]
export const exits = (at: number): Happening => [
  { type: 'crashed', at, node: NODE, how: 'exit', message: 'it exited with code 1' },
]
/** The machine stands still from `at` to `until`. */
export const stalls = (at: number, until: number, owner = 'harness', waited?: number): Happening => [
  { type: 'stall', at: until, owner, from: at, ...(waited === undefined ? {} : { waited }) },
]
/** Its process is killed by the harness. */
export const kills = (at: number, node = NODE): Happening => [{ type: 'killed', at, node }]
export const counts = (
  at: number,
  when: 'baseline' | 'calm' | 'after',
  kinds: Readonly<Record<string, number>>,
  owner = NODE,
): Happening => [{ type: 'resources', at, owner, when, counts: kinds }]
/** The statistics of the bus; by default it has one client, which is not lent. */
export const tells = (
  at: number,
  when: 'traffic' | 'calm',
  changes: Partial<BusStats> = {},
  node = NODE,
): Happening => [
  {
    type: 'stats',
    at,
    node,
    when,
    stats: { connections: { total: 1, active: 0, idle: 1, waiting: 0 }, sent: 0, failed: 0, bytes: 0, ...changes },
  },
]
/** What is held after each of so many cycles, the last of `of`. */
export const cycles = (
  held: readonly { readonly bytes?: number; readonly alive?: Readonly<Record<string, number>> }[],
  of: number,
): Happening =>
  held.map(({ bytes = 1_000_000, alive = {} }, index) => {
    const cycle = of - held.length + index
    return { type: 'cycle', at: cycle, node: `cycles-${cycle}`, cycle, bytes, alive }
  })

/** What is held after each round of this, of so many times each. */
export const uses = (
  of: LongUseOf,
  held: readonly { readonly bytes?: number; readonly alive?: Readonly<Record<string, number>> }[],
  { times = 50, apart = true }: { readonly times?: number; readonly apart?: boolean } = {},
): Happening =>
  held.map(({ bytes = 1_000_000, alive = {} }, round) => {
    return { type: 'used', at: round, node: 'used', of, round, times, apart, bytes, alive }
  })

/** Tried at `at`; met at `until`, never where it is null. */
export const tried = (
  at: number,
  what: TrialKind,
  met: 'taken' | SeenError,
  {
    until = at,
    node = NODE,
    field,
  }: { readonly until?: number | null; readonly node?: string; readonly field?: readonly [string, string] } = {},
): Happening => {
  const about = { node, trial: `trial-${what}-${node}`, what }
  const began: Event = { type: 'trial', at, ...about, ...(field === undefined ? {} : { field }) }
  if (until === null) return [began]
  const end = met === 'taken' ? { outcome: met } : { outcome: 'refused' as const, error: met }
  return [began, { type: 'trial-ended', at: until, ...about, ...end }]
}
