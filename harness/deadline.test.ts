import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createDeadline, isTimeUp } from './deadline.ts'

test('a time longer than a timer can wait is not up at once', async () => {
  using deadline = createDeadline(2 ** 40)
  await sleep(20)
  expect(deadline.signal.aborted).toBe(false)
  expect(deadline.left()).toBeGreaterThan(2 ** 39)
})

test('a time that is up aborts with a reason of its own', async () => {
  using deadline = createDeadline(0)
  await sleep(20)
  expect([deadline.signal.aborted, isTimeUp(deadline.signal), deadline.left()]).toEqual([true, true, 0])
  expect(isTimeUp(AbortSignal.abort())).toBe(false)
})
