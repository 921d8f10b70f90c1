import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { error, type Happening, reads } from '../testing/story.case.ts'

const judged = (...happened: readonly Happening[]) => examine('dispatch/3', happened, { claims: ALL_CLAIMS })
const PARTS = { domain: 'orders', version: 'v1' }

test('right names are read and written again, and wrong ones are read as none', () => {
  expect(judged(reads(1, 'orders.v1', PARTS), reads(2, 'orders.1', null))).toEqual({ ...fine(2), violations: [] })
})

test.each([
  ['none', null, 'null'],
  ['another part', { domain: 'people', version: 'v1' }, '{"domain":"people","version":"v1"}'],
  ['a part too few', { domain: 'orders' }, '{"domain":"orders"}'],
  ['a part too many', { ...PARTS, more: '' }, '{"domain":"orders","version":"v1","more":""}'],
] as const)('a right one is read as %s', (_, parsed, actual) => {
  const { messages, violations } = judged(reads(1, 'orders.v1', PARTS, { parsed }))
  expect(messages).toEqual(['n1 read the name "orders.v1" wrongly'])
  expect(violations[0]).toMatchObject({ expected: '{"domain":"orders","version":"v1"}', actual })
})

test('a right one is written as another', () => {
  const { violations } = judged(reads(1, 'orders.v1', PARTS, { printed: 'Orders.v1' }))
  expect(violations).toMatchObject([
    {
      message: 'n1 wrote the parts of the name "orders.v1" as another name',
      expected: 'orders.v1',
      actual: 'Orders.v1',
    },
  ])
})

test('a wrong one is read, or throws', () => {
  expect(judged(reads(1, 'orders.v1.x', null, { parsed: PARTS })).messages).toEqual([
    'n1 read the name "orders.v1.x" although it is none',
  ])
  const { messages, violations } = judged(reads(1, '', null, { error: error('RANGE') }))
  expect(messages).toEqual(['the adapter of n1 failed at the name ""'])
  expect(violations[0]?.actual).toBe('RANGE: it failed with RANGE')
})
