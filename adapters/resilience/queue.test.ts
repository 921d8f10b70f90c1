import { expect, test } from 'vitest'
import { CODES, ResilienceError } from './errors.ts'
import { emptyQueue, type QueueState, standardQueue } from './queue.ts'

/** So many were offered, named a, b, c and so on, and two fit. */
function holding(...names: readonly string[]): QueueState<string> {
  let queue: QueueState<string> = emptyQueue
  for (const name of names) queue = standardQueue.offered(queue, name, 2) ?? queue
  return queue
}

test('a call waits unless the breaker is closed and nothing waits', () => {
  expect(standardQueue.mustWait('closed', 0)).toBe(false)
  expect(standardQueue.mustWait('closed', 1)).toBe(true)
  for (const state of ['open', 'half-open', 'isolated'] as const) expect(standardQueue.mustWait(state, 0)).toBe(true)
})

test('what comes first is the next, until it has been settled', () => {
  const queue = holding('a', 'b')
  expect(standardQueue.next(queue)).toEqual({ one: 'a', state: queue })
  expect(standardQueue.next(standardQueue.ended(queue, 'a', 'kept'))?.one).toBe('a')
  expect(standardQueue.next(standardQueue.ended(queue, 'a', 'acknowledged'))?.one).toBe('b')
  expect(standardQueue.next(emptyQueue)).toBeNull()
})

test('what does not fit is not taken, until one has left', () => {
  const full = holding('a', 'b')
  expect(standardQueue.offered(full, 'c', 2)).toBeNull()
  expect(standardQueue.offered(standardQueue.ended(full, 'a', 'kept'), 'c', 2)).toBeNull()
  expect(standardQueue.offered(standardQueue.ended(full, 'a', 'failed'), 'c', 2)?.waiting).toEqual(['b', 'c'])
})

test('those that have left are counted by how they did', () => {
  const left = standardQueue.ended(standardQueue.ended(holding('a', 'b'), 'a', 'acknowledged'), 'b', 'failed')
  expect(left).toEqual({ waiting: [], recovered: 1, failed: 1 })
})

test('only what may be tried again is kept', () => {
  const error = (retryable: boolean) => new ResilienceError(CODES.timeout, 'late', { effect: 'unknown', retryable })
  expect(standardQueue.keeps(error(true))).toBe(true)
  expect(standardQueue.keeps(error(false))).toBe(false)
})
