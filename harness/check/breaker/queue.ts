/** The publishes queued on one node, and how many were queued at each place of the history: certainly, and at most. */
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import { isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'

export interface Queue {
  /** In the order in which they were called. */
  readonly operations: readonly Operation[]
  /** How many were certainly queued at this place: reported as queued, and not as settled. */
  leastAt(seq: number): number
  /** How many may have been queued between two places, at most. */
  mostDuring(from: number, to: number): number
  /** One that was queued from before the first place until after the second; null if none certainly was. */
  waitsThroughout(from: number, to: number): Operation | null
}

const leftAt = (operation: Operation): number => outcomeOf(operation)?.seq ?? Number.POSITIVE_INFINITY
const toldAt = ({ settled }: Operation): number => settled?.seq ?? Number.POSITIVE_INFINITY

/** By node; nodes on which nothing was queued are absent. */
export function queuesOf({ operations }: Ledger): ReadonlyMap<string, Queue> {
  const byNode = new Map<string, Operation[]>()
  for (const operation of operations.all()) if (isQueued(operation)) listIn(byNode, operation.node).push(operation)
  return new Map([...byNode].map(([node, queued]) => [node, createQueue(queued)]))
}

function createQueue(operations: readonly Operation[]): Queue {
  const inOrder = (of: (operation: Operation) => number): number[] =>
    operations.map(of).sort((one, other) => one - other)
  const called = inOrder(({ began }) => began.seq)
  const left = inOrder(leftAt)
  const byTold = operations.toSorted((one, other) => toldAt(one) - toldAt(other))
  const told = byTold.map(toldAt)
  /** Up to each place, the reported publish that left last. */
  const last: Operation[] = []
  for (const one of byTold) {
    const before = last.at(-1)
    last.push(before === undefined || leftAt(one) > leftAt(before) ? one : before)
  }
  return {
    operations,
    leastAt: (seq) => countUpTo(told, seq) - countUpTo(left, seq),
    mostDuring: (from, to) => countUpTo(called, to) - countUpTo(left, from),
    waitsThroughout(from, to) {
      const found = last[countUpTo(told, from) - 1]
      return found !== undefined && leftAt(found) > to ? found : null
    },
  }
}

/** How many of these ordered numbers are at most `most`. */
function countUpTo(values: readonly number[], most: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) <= most) low = middle + 1
    else high = middle
  }
  return low
}
