import { expect, test } from 'vitest'
import { createStallMeter, waitingTime } from './stalls.ts'

/** Each look: when it comes, and how much processor time was used by then. */
function looks(steps: readonly (readonly [at: number, busy: number])[], countsOwn: boolean) {
  let step: readonly [number, number] = [0, 0]
  const meter = createStallMeter({ now: () => step[0], busy: countsOwn ? null : () => step[1] })
  return steps.map((next) => {
    step = next
    return meter.look()
  })
}

test('looks that come when they should, or a little late, are no stall', () => {
  expect(
    looks(
      [
        [20, 0],
        [45, 0],
        [140, 0],
      ],
      false,
    ),
  ).toEqual([null, null, null])
})

test('a look that comes much too late is a stall since the one before', () => {
  expect(
    looks(
      [
        [20, 0],
        [420, 5],
        [440, 10],
      ],
      false,
    ),
  ).toEqual([null, { from: 20, to: 420 }, null])
})

test('what the process worked through itself is its own doing, unless that counts too', () => {
  const worked = [
    [20, 0],
    [420, 390],
  ] as const
  expect(looks(worked, false)).toEqual([null, null])
  expect(looks(worked, true)).toEqual([null, { from: 20, to: 420 }])
})

test('what the machine kept it waiting for a processor is told, and is a stall beside its own work too', () => {
  let step = { at: 0, busy: 0, waited: 0 }
  const meter = createStallMeter({ now: () => step.at, busy: () => step.busy, waited: () => step.waited })
  const look = (at: number, busy: number, waited: number) => {
    step = { at, busy, waited }
    return meter.look()
  }
  expect(look(20, 0, 5)).toBeNull()
  expect(look(320, 5, 205)).toEqual({ from: 20, to: 320, waited: 200 })
  expect(look(340, 5, 210)).toBeNull()
  expect(look(640, 10, 220)).toEqual({ from: 340, to: 640 })
  expect(look(1_040, 310, 310)).toEqual({ from: 950, to: 1_040, waited: 90 })
})

test.runIf(process.platform === 'linux')('the machine counts how long this thread waits for a processor', () => {
  const before = waitingTime()
  expect(before).toBeGreaterThan(0)
  expect(waitingTime()).toBeGreaterThanOrEqual(before)
})
