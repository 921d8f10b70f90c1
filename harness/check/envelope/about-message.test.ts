import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { because, error, fails, gets, type Happening, publishes, sealed, stores } from '../testing/story.case.ts'

const GIVEN = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'
const about = (correlationId: string) => error('TIMEOUT', { correlationId })
const judged = (...happened: readonly Happening[]) => examine('envelope/5', happened, { claims: ALL_CLAIMS })
const given = sealed(publishes(1, 'm1'), ['correlation', GIVEN])
const MESSAGE = 'the error of m1 does not tell which message it is about'

test('the error has the correlation id that was given', () => {
  expect(judged(given, fails(5, 'm1', about(GIVEN)))).toEqual({ ...fine(1), violations: [] })
  expect(judged(given, fails(5, 'm1', about(OTHER))).violations[0]).toMatchObject({
    message: MESSAGE,
    expected: `correlationId ${GIVEN}`,
    actual: `TIMEOUT: correlationId ${OTHER}`,
  })
  expect(judged(given, fails(5, 'm1')).violations[0]).toMatchObject({
    message: MESSAGE,
    actual: 'TIMEOUT: no correlationId',
  })
})

test('that of its cause', () => {
  const cause = [publishes(1, 'm0'), sealed(gets(2, 'c1', 'm0', { delivery: 'c1#0' }), ['correlation', GIVEN])]
  const after = because('c1#0', publishes(3, 'm1'))
  expect(judged(...cause, after, fails(5, 'm1', about(GIVEN)))).toMatchObject(fine(1))
  expect(judged(...cause, after, fails(5, 'm1', about(OTHER))).messages).toEqual([MESSAGE])
})

test('the one that was generated, as it is stored, or any where nothing is', () => {
  const stored = sealed(stores(2, 'm1'), ['correlation', GIVEN])
  expect(judged(publishes(1, 'm1'), stored, fails(5, 'm1', about(GIVEN)))).toMatchObject(fine(1))
  expect(judged(publishes(1, 'm1'), stored, fails(5, 'm1', about(OTHER))).messages).toEqual([MESSAGE])
  expect(judged(publishes(1, 'm1'), fails(5, 'm1', about(OTHER)))).toMatchObject(fine(1))
  expect(judged(publishes(1, 'm1'), fails(5, 'm1', about('17'))).messages).toEqual([MESSAGE])
  expect(judged(publishes(1, 'm1'), fails(5, 'm1')).messages).toEqual([MESSAGE])
})

test('a publish that did not fail is no occasion', () => {
  expect(judged(given, stores(2, 'm1'))).toMatchObject(fine(0))
})
