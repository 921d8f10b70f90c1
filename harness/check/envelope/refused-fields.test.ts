import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { begins, end, error, exits, type Happening, stores, tried } from '../testing/story.case.ts'

const TRIAL = 'trial-bad-field-n1'
const WHAT = 'a publish with hops "ten" on n1'
const invalid = (message: string, changes = {}) =>
  error('INVALID', { message, effect: 'none', retryable: false, ...changes })
const bad = (met: Parameters<typeof tried>[2], until: number | null = 10) =>
  tried(10, 'bad-field', met, { until, field: ['hops', 'ten'] })
const judged = (...happened: readonly Happening[]) =>
  examine('envelope/3', [...happened, end(100)], { claims: ALL_CLAIMS })

test('refused by an error that names the field', () => {
  expect(judged(bad(invalid('hops is "ten"')))).toEqual({ ...fine(1), violations: [] })
  expect(judged(tried(10, 'empty-topic', 'taken'))).toMatchObject(fine(0))
})

test.each([
  ['taken', [bad('taken')], `${WHAT} was accepted`],
  ['never answered', [bad('taken', null)], `${WHAT} was not refused at once`],
  ['refused late', [bad(invalid('hops'), 20)], `${WHAT} was not refused at once`],
  ['sent', [bad(invalid('hops')), begins(10, TRIAL)], `${WHAT} was sent`],
  ['stored', [bad(invalid('hops')), stores(10, TRIAL)], `${WHAT} was sent`],
])('it is %s', (_, happened, message) => {
  expect(judged(...happened).messages).toEqual([message])
})

test.each([
  ['another field', invalid('urgency is wrong')],
  ['what may have been done', invalid('hops', { effect: 'unknown' })],
  ['what may be tried again', invalid('hops', { retryable: true })],
])('its error tells of %s', (_, failure) => {
  expect(judged(bad(failure)).messages).toEqual([`${WHAT} was refused with an error that does not say so`])
})

test('its process ended, or the history is cut', () => {
  expect(judged(bad('taken', null), exits(11)).messages).toEqual([])
  expect(examine('envelope/3', [bad('taken', null)], { complete: false, claims: ALL_CLAIMS })).toMatchObject(fine(0))
})
