/**
 * Changes that do not make a plan smaller themselves, but allow other reductions: a breaker that trips on the first failure needs
 * fewer messages, and one long fault replaces two short ones. A change without a gain is undone.
 */

import type { FaultKind } from '../faults.ts'
import type { Outcome, Plan, PlannedFault } from '../plan/plan.ts'
import { otherCounts, type Shape } from './counts.ts'
import { drop } from './passes.ts'
import { LISTS, lengthOf, type Reducing, without } from './reducing.ts'

const OUTCOMES: readonly Outcome[] = [{ kind: 'fails' }, { kind: 'permanent' }, { kind: 'throws', times: 1 }]

const PLAINEST: readonly FaultKind[] = ['refuse', 'black-hole']

const replaced = <T>(list: readonly T[], index: number, by: T): T[] => list.map((one, at) => (at === index ? by : one))

/** From the beginning of the first to the end of the last. */
function joined(one: PlannedFault, other: PlannedFault): PlannedFault {
  const at = Math.min(one.at, other.at)
  return { ...one, at, lasts: Math.max(one.at + one.lasts, other.at + other.lasts) - at }
}

function otherFaults({ faults }: Plan): PlannedFault[][] {
  const longest = Math.max(0, ...faults.map(({ at, lasts }) => at + lasts))
  return faults.flatMap((fault, index) => [
    ...faults.slice(index + 1).flatMap((later) => {
      const others = faults.filter((one) => one !== fault && one !== later)
      return [
        [...others, joined(fault, later)],
        [...others, joined(later, fault)],
      ]
    }),
    replaced(faults, index, { ...fault, at: 0, lasts: Math.max(longest, 2 * fault.lasts) }),
    ...PLAINEST.filter((kind) => kind !== fault.kind).map((kind) =>
      replaced(faults, index, { ...fault, kind, amount: 0 }),
    ),
  ])
}

function detours(plan: Plan, shape: Shape): Plan[] {
  const { messages } = plan
  return [
    ...otherCounts(plan, shape).map((settings) => ({ ...plan, settings })),
    ...otherFaults(plan).map((faults) => ({ ...plan, faults })),
    { ...plan, messages: messages.map((message) => ({ ...message, at: 0 })) },
    { ...plan, messages: messages.map((message) => ({ ...message, key: 0 })) },
    // An abort leaves behind what a fault does.
    ...messages.map((message, index) => ({
      ...plan,
      messages: replaced(messages, index, { ...message, abortAfter: 0 }),
    })),
    ...messages.flatMap((message, index) =>
      OUTCOMES.map((outcome) => ({ ...plan, messages: replaced(messages, index, { ...message, outcome }) })),
    ),
  ]
}

/** Beyond so many steps two entries at a time, or one way after the other, cost more than they bring. */
const FEW = 16

/** Two entries that are only needed for each other. */
async function dropPairs(reducing: Reducing): Promise<void> {
  const { plan } = reducing.smallest
  const entries = LISTS.flatMap((list) => Array.from({ length: lengthOf(plan, list) }, (_, index) => ({ list, index })))
  for (const [place, one] of entries.entries()) {
    for (const other of entries.slice(place + 1)) {
      const first = without(plan, one.list, (index) => index === one.index)
      const shift = one.list === other.list ? 1 : 0
      const both = first === null ? null : without(first, other.list, (index) => index === other.index - shift)
      if (both !== null && (await reducing.attempt(both))) return
    }
  }
}

export async function tryDetours(reducing: Reducing, shape: Shape): Promise<void> {
  if (reducing.steps > FEW || reducing.steps < 2) return
  await dropPairs(reducing)
  const before = reducing.steps
  for (const plan of detours(reducing.smallest.plan, shape)) {
    if (reducing.steps < before) return
    await reducing.detour(plan, () => drop(reducing))
  }
}
