import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { begins, end, error, exits, publishes, receives, stores, tried } from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/6'
const invalid = (message: string, changes = {}) =>
  error('INVALID', { message, effect: 'none', retryable: false, ...changes })
const TRIAL = 'trial-oversize-value-n1'
const EMPTY = 'a publish to an empty topic on n1'
const LARGE = 'a publish of a value larger than claimed on n1'
const refused = tried(10, 'oversize-value', invalid('the value is too large'))

test('bad input is refused by errors that name the field', () => {
  const all = [
    tried(10, 'empty-topic', invalid('name a topic')),
    tried(10, 'control-topic', invalid('Topic must be printable')),
    refused,
  ]
  expect(examine(CLAUSE, [all.flat(), end(100)])).toEqual({ ...fine(3), violations: [] })
})

test('a run without bad input is no occasion', () => {
  const others = tried(90, 'publish-closed', 'taken')
  expect(examine(CLAUSE, [publishes(10, 'm1'), others, end(100)])).toMatchObject(fine(0))
})

describe('bad input is a violation where', () => {
  test.each([
    ['it is taken', tried(10, 'empty-topic', 'taken'), `${EMPTY} was accepted`],
    ['it never settles', tried(10, 'empty-topic', 'taken', { until: null }), `${EMPTY} was not refused at once`],
    [
      'it is refused late',
      tried(10, 'empty-topic', invalid('no topic'), { until: 20 }),
      `${EMPTY} was not refused at once`,
    ],
    ['an attempt began', [...refused, ...begins(10.5, TRIAL)], `${LARGE} was sent`],
    ['a request reached the system', [...refused, ...receives(10.5, TRIAL)], `${LARGE} was sent`],
    ['the system stored it', [...refused, ...stores(10.5, TRIAL)], `${LARGE} was sent`],
  ])('%s', (_name, happened, message) => {
    expect(examine(CLAUSE, [happened, end(100)]).messages).toEqual([message])
  })
  test.each([
    ['does not name the field', invalid('no')],
    ['says that it may have been done', invalid('the topic is bad', { effect: 'unknown' })],
    ['says that it may be tried again', invalid('the topic is bad', { retryable: true })],
  ])('its error %s', (_name, failure) => {
    expect(examine(CLAUSE, [tried(10, 'empty-topic', failure), end(100)]).messages).toEqual([
      `${EMPTY} was refused with an error that does not say so`,
    ])
  })
})

test('what a process that ended left open, and what a cut history does not show, is not judged', () => {
  const open = tried(10, 'empty-topic', 'taken', { until: null })
  expect(examine(CLAUSE, [open, exits(11), end(100)]).messages).toEqual([])
  expect(examine(CLAUSE, [open], { complete: false })).toMatchObject(fine(0))
})
