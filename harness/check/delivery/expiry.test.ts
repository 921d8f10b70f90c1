import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { commits, drained, gets, type Happening, joins, passesOver, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'delivery/12'
const SENT = [joins(0, 'c1'), takes(1_000, 'm1', { ttlMs: 100 })]
const judged = (happened: readonly Happening[], clause = CLAUSE) => examine(clause, happened, { claims: ALL_CLAIMS })

test('what is handled in its time is no occasion', () => {
  expect(judged([...SENT, gets(1_101, 'c1', 'm1')])).toMatchObject(fine(0))
  expect(judged([joins(0, 'c1'), takes(1_000, 'm1'), gets(9_000, 'c1', 'm1')])).toMatchObject(fine(0))
})

test('what has expired is passed over', () => {
  expect(judged([...SENT, passesOver(1_150, 'm1', 'expired')])).toMatchObject(fine(1))
})

test('what has expired is handled, or tried again', () => {
  const { messages, violations } = judged([...SENT, gets(1_150, 'c1', 'm1')])
  expect(messages).toEqual(['m1 was delivered to c1 after its time to live of 100 ms'])
  expect(violations[0]).toMatchObject({ op: 'm1', at: 1_150, expected: 'skipped from 1101 ms on' })
  const retried = [gets(1_050, 'c1', 'm1', { outcome: 'retryable' }), gets(1_150, 'c1', 'm1', { attempt: 2 })]
  expect(judged([...SENT, ...retried]).messages).toHaveLength(1)
})

test('a copy that was stored again later lives from then on', () => {
  expect(judged([...SENT, stores(1_080, 'm1', { offset: 9 }), gets(1_150, 'c1', 'm1')]).messages).toEqual([])
  expect(judged([...SENT, stores(1_080, 'm1', { offset: 9 }), gets(1_190, 'c1', 'm1')]).messages).toHaveLength(1)
})

test('nothing is passed over before its time, or that lives for ever', () => {
  expect(judged([...SENT, passesOver(1_050, 'm1', 'expired')]).messages).toEqual([
    'c1 skipped m1 as expired, before its time to live was over (lost write)',
  ])
  expect(judged([joins(0, 'c1'), takes(1_000, 'm1'), passesOver(1_050, 'm1', 'expired')]).messages).toEqual([
    'c1 skipped m1 as expired, but it never expires (lost write)',
  ])
})

test('what expired and was passed over is accounted for; in silence it is lost', () => {
  const rest = [commits(1_160, 2), drained(2_000)]
  expect(judged([...SENT, passesOver(1_150, 'm1', 'expired'), ...rest], 'delivery/1')).toMatchObject(fine(1))
  expect(judged([...SENT, ...rest], 'delivery/1').messages).toHaveLength(1)
})
