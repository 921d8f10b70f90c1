import { expect, test } from 'vitest'
import { mayReject, outcomeFor } from './outcome.ts'

test('a handler that throws twice succeeds the third time', () => {
  const results = [0, 1, 2, 3].map((previous) => outcomeFor({ kind: 'throws', times: 2 }, previous).result)
  expect(results).toEqual(['retryable', 'retryable', 'ok', 'ok'])
})

test('a handler that fails never succeeds', () => {
  expect(outcomeFor({ kind: 'fails' }, 100)).toEqual({ result: 'retryable', after: 0 })
  expect(outcomeFor({ kind: 'permanent' }, 0)).toEqual({ result: 'permanent', after: 0 })
})

test('a slow handler takes its time and rejects nothing', () => {
  expect(outcomeFor({ kind: 'slow', ms: 50 }, 0)).toEqual({ result: 'ok', after: 50 })
  expect(outcomeFor({ kind: 'ok' }, 0)).toEqual({ result: 'ok', after: 0 })
  expect([
    mayReject({ kind: 'slow', ms: 1 }),
    mayReject({ kind: 'ok' }),
    mayReject({ kind: 'throws', times: 1 }),
  ]).toEqual([false, false, true])
})
