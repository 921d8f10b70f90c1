import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  begins,
  closed,
  closes,
  commits,
  deadLetters,
  ends,
  error,
  fails,
  gives,
  type Happening,
  joins,
  keeps,
  publishes,
  reportsDeadLetter,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/4'
const REVOKED = { type: 'revoked', at: 5, node: 'n1', consumer: 'c1', partitions: [] } as const
const TOLD = error('TIMEOUT', { message: 'no answer to [secret:password]' })
const logged = (text: string): Happening => [{ type: 'logged', at: 5, node: 'n1', stream: 'stderr', text }]
const crashed = (message: string): Happening => [
  { type: 'crashed', at: 5, node: 'n1', how: 'uncaught-exception', message },
]

test('errors, log lines and dead letters without a secret', () => {
  const happened = [publishes(1, 'm1'), fails(2, 'm1'), logged('connected'), deadLetters(3, 'm2')]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(3))
})

test('a secret in an error that the bus kept to itself, or in what it was at', () => {
  const told = { type: 'suppressed', at: 5, node: 'n1', during: 'fetch', times: 1 } as const
  expect(examine(CLAUSE, [[{ ...told, error: TOLD }]]).violations).toMatchObject([
    { message: 'the secret password appeared in an error that n1 kept to itself' },
  ])
  const named = { ...told, during: 'fetch as [secret:user]', error: error('TIMEOUT') }
  expect(examine(CLAUSE, [[named]]).violations).toMatchObject([
    { message: 'the secret user appeared in a report of n1 (suppressed)' },
  ])
})

test('what only the caller published is not searched', () => {
  expect(examine(CLAUSE, [takes(1, 'm1', { key: '[secret:payload]' })])).toMatchObject(fine(0))
})

test.each([
  ['the error of publishing m1', fails(5, 'm1', TOLD)],
  ['the error of writing m1', gives(5, 'm1', TOLD)],
  ['the error of writing m1', keeps(5, 'm1', 'failed', TOLD)],
  ['the error of attempt 2 of m1', ends(5, 'm1', 2, TOLD)],
  ['the error of closing n1', [...closes(4), ...closed(5, 0, TOLD)]],
  [
    'an error of consumer c1',
    joins(5, 'c1').map((event) => (event.type === 'subscribed' ? { ...event, error: TOLD } : event)),
  ],
  ['a stderr line of n1', logged('using [secret:password]')],
  ['the uncaught-exception of n1', crashed('[secret:password]')],
  ['the dead letter of m1', deadLetters(5, 'm1', { failure_reason: 'at [secret:password]' })],
  [
    'the error of redriving t',
    [{ type: 'redrive-ended', at: 5, node: 'n1', redrive: 'r', topic: 't', error: TOLD } as const],
  ],
  ['the error of publishing m1', fails(5, 'm1', error('X', { causes: ['outer', 'deep: [secret:password]'] }))],
  ['the error of publishing m1', fails(5, 'm1', error('X', { leaked: ['stack with [secret:password]'] }))],
])('a secret in %s', (place, happened) => {
  expect(examine(CLAUSE, [happened]).messages).toEqual([`the secret password appeared in ${place}`])
})

test.each([
  ['the unhandled-rejection of n1', { type: 'crashed', at: 5, node: 'n1', how: 'unhandled-rejection', message: 'no' }],
  ['a warning of n1', { type: 'logged', at: 5, node: 'n1', stream: 'warning', text: 'careful' }],
] as const)('a secret behind the text of %s', (place, event) => {
  expect(examine(CLAUSE, [[event]])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [[{ ...event, leaked: ['with [secret:password]'] }]]).messages).toEqual([
    `the secret password appeared in ${place}`,
  ])
})

test.each([
  ['attempt-began', begins(5, 'm1 [secret:password]')],
  ['assigned', [{ type: 'assigned', at: 5, node: 'n1', consumer: '[secret:password]', partitions: [] }]],
  ['revoked', [{ ...REVOKED, partitions: [{ topic: '[secret:password]', partition: 0 }] }]],
  ['committed', commits(5, 1, { group: 'g [secret:password]' })],
  ['dead-lettered', reportsDeadLetter(5, 'm1', '[secret:password]')],
] as const)('a secret in what an adapter told: %s', (type, happened) => {
  expect(examine(CLAUSE, [happened]).messages).toEqual([`the secret password appeared in a report of n1 (${type})`])
})

test('what an adapter told without a secret is no occasion', () => {
  expect(examine(CLAUSE, [begins(5, 'm1'), [REVOKED], commits(5, 1)])).toMatchObject(fine(0))
})

test('each secret is named once in each place', () => {
  const both = error('X', { message: '[secret:a] [secret:b] [secret:a]', causes: ['[secret:a]'] })
  expect(examine(CLAUSE, [fails(5, 'm1', both)], { complete: false }).messages).toEqual([
    'the secret a appeared in the error of publishing m1',
    'the secret b appeared in the error of publishing m1',
  ])
})
