import { expect, test } from 'vitest'
import type { Claims } from '../claims.ts'
import { isTaken, outcomeFor, outcomeIn } from './outcome.ts'

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
})

test('without dead letters handlers fail for a while only, and not at all where nothing is delivered twice', () => {
  const kinds = [{ kind: 'slow', ms: 1 }, { kind: 'ok' }, { kind: 'throws', times: 1 }, { kind: 'fails' }] as const
  const taken = (claims: Pick<Claims, 'deadLetter' | 'delivery'>) =>
    kinds.filter((outcome) => isTaken(outcome, claims)).map(({ kind }) => kind)
  const deadLetter = { naming: 'single', name: 'dead' } as const
  expect(taken({ delivery: 'at-least-once', deadLetter })).toEqual(['slow', 'ok', 'throws', 'fails'])
  expect(taken({ delivery: 'at-least-once' })).toEqual(['slow', 'ok', 'throws'])
  expect(taken({ delivery: 'at-most-once' })).toEqual(['slow', 'ok'])
})

test('a message that one group rejects is taken by the others', () => {
  const message = { outcome: { kind: 'fails' }, rejectedBy: 1 } as const
  expect([0, 1, null].map((group) => outcomeIn(message, group).kind)).toEqual(['ok', 'fails', 'ok'])
  expect(outcomeIn({ outcome: message.outcome }, 0).kind).toBe('fails')
  expect(outcomeIn({ ...message, rejectedBy: -1 }, null).kind).toBe('fails')
})
