import { expect, test } from 'vitest'
import * as parts from './parts.case.ts'
import type { Plan } from './plan.ts'
import { stepsIn } from './size.ts'

const consumer = parts.consumer()
const nothing = parts.plan()

test('a plan in which nothing happens has no size, whatever its settings and topics', () => {
  expect(stepsIn(nothing)).toBe(0)
  expect(
    stepsIn({ ...nothing, producers: 2, topics: [{ partitions: 3 }, { partitions: 1 }], settings: { a: 1 } }),
  ).toBe(0)
})

test('each thing that happens counts once', () => {
  const more: readonly Partial<Plan>[] = [
    { faults: [{ kind: 'refuse', role: 'publish', direction: 'down', at: 0, lasts: 100, amount: 0 }] },
    { outages: [{ kind: 'pause', server: 0, at: 0, lasts: 100 }] },
    { kills: [{ node: 0, at: 0 }] },
    { closes: [{ node: 0, at: 0, calls: 2 }] },
    { forces: [{ node: 0, at: 0, isolated: null, resets: 2 }] },
    { poisons: [{ at: 0, topic: 0 }] },
    { cycles: 50 },
    { uses: 50 },
    { nodes: 2 },
    { consumers: [consumer, consumer] },
    { consumers: [{ ...consumer, leaveAt: 100 }] },
  ]
  expect(more.map((one) => stepsIn({ ...nothing, ...one }))).toEqual(more.map(() => 1))
  expect(stepsIn(Object.assign({}, nothing, ...more))).toBe(10)
})
