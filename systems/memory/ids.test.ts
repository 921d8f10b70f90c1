import { expect, test } from 'vitest'
import { createIds } from './ids.ts'

const A = { group: 'g', messageId: 'x', holder: 'a' }
const B = { ...A, holder: 'b' }

test('one holder at a time, until it gives the id back or its lease is over', () => {
  let now = 0
  const ids = createIds(() => now)
  expect([ids.claim({ ...A, lease: 10 }), ids.claim({ ...A, lease: 10 }), ids.claim({ ...B, lease: 10 })]).toEqual([
    'yours',
    'yours',
    'busy',
  ])
  ids.unclaim(B)
  expect(ids.claim({ ...B, lease: 10 })).toBe('busy')
  ids.unclaim(A)
  expect(ids.claim({ ...B, lease: 10 })).toBe('yours')
  now = 10
  expect(ids.claim({ ...A, lease: 10 })).toBe('yours')
})

test('a marked id is known to its group for as long as the window', () => {
  let now = 0
  const ids = createIds(() => now)
  ids.claim({ ...A, lease: 10 })
  ids.mark({ ...A, window: 100 })
  now = 99
  expect([ids.claim({ ...A, lease: 10 }), ids.claim({ ...B, lease: 10 })]).toEqual(['known', 'known'])
  expect(ids.claim({ ...A, group: 'h', lease: 10 })).toBe('yours')
  now = 100
  expect(ids.claim({ ...B, lease: 10 })).toBe('yours')
})

test('only what is known no longer is forgotten', () => {
  let now = 0
  const ids = createIds(() => now)
  ids.mark({ ...A, window: 100 })
  ids.claim({ ...A, messageId: 'y', lease: 100 })
  now = 99
  ids.forgetExpired()
  expect(ids.claim({ ...B, lease: 10 })).toBe('known')
  expect(ids.claim({ ...B, messageId: 'y', lease: 10 })).toBe('busy')
  now = 100
  ids.forgetExpired()
  expect(ids.claim({ ...B, lease: 10 })).toBe('yours')
})
