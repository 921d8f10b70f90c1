import { expect, test, vi } from 'vitest'
import { startRelay } from './relay.ts'

test('rounds follow each other, also after one that failed, until it is stopped', async () => {
  vi.useFakeTimers()
  let rounds = 0
  const failures: unknown[] = []
  const relay = startRelay(
    async () => {
      rounds += 1
      if (rounds === 2) throw new Error('no')
    },
    10,
    (error) => failures.push(error),
  )
  await vi.advanceTimersByTimeAsync(25)
  expect([rounds, failures]).toEqual([3, [new Error('no')]])
  relay.stop()
  await vi.advanceTimersByTimeAsync(100)
  expect([rounds, vi.getTimerCount()]).toEqual([3, 0])
  vi.useRealTimers()
})
