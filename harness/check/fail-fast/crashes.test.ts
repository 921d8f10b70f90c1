import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { exits, fault, gets } from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/5'

test('faults that landed and crashed nothing', () => {
  expect(
    examine(CLAUSE, [fault(5, 10, 'publish'), fault(20, 30, 'consume'), fault(40, 50, 'consume', false)]),
  ).toMatchObject(fine(2))
})

test('a crash, also in a history that was cut', () => {
  expect(examine(CLAUSE, [exits(5)], { complete: false })).toMatchObject({
    occasions: 0,
    messages: ['n1 crashed by exit: it exited with code 1'],
  })
})

test('where there is no network, a handler that rejects is the fault', () => {
  const happened = [gets(5, 'c1', 'm1', { outcome: 'retryable' }), gets(6, 'c1', 'm2')]
  expect(examine(CLAUSE, happened, { lacks: { network: 'it is one process' } })).toMatchObject(fine(1))
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})
