import { expect, test } from 'vitest'
import { createStallMeter } from './stalls.ts'

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
