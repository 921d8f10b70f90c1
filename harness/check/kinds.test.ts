/** Each kind of occasion that a clause names, in a story of its own. */
import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import type { ResolvedClaims } from '../claims.ts'
import { LONG_USES } from '../events/host.ts'
import { createReport } from './report.ts'
import { ALL_CLAIMS, STORY_CLAIMS } from './testing/claims.case.ts'
import { findingIn } from './testing/examine.case.ts'
import {
  aborts,
  begins,
  breaker,
  deadLetters,
  drained,
  end,
  ends,
  fails,
  fault,
  finds,
  forced,
  forces,
  gets,
  type Happening,
  joins,
  keeps,
  passesOver,
  publishes,
  REFUSED,
  stores,
  takes,
  tries,
  uses,
  writes,
} from './testing/story.case.ts'

const OPENED = [begins(5, 'm8'), tries(20, 22, 'm1'), breaker(22, 'closed', 'open')]
const HALF_OPEN = [...OPENED, breaker(122, 'open', 'half-open')]
const PROBES = [tries(122, 124, 'm2', 1, 'ok'), tries(125, 126, 'm3', 1, 'ok')]
const X = { id: 'x' }
const TWICE = [joins(0, 'c1'), takes(1_000, 'm1', X), takes(1_001, 'm2', X), gets(1_010, 'c1', 'm1')]
const LIVES = [joins(0, 'c1'), takes(1_000, 'm1', { ttlMs: 100 })]
const RETRYABLE = { outcome: 'retryable' } as const
const TAKEN = [joins(0, 'c1'), takes(1_000, 'm1')]
const BEFORE = [takes(10, 'm1'), joins(20, 'c1')]

type Story = readonly [clause: string, kind: string, happened: readonly Happening[]]

const STORIES: readonly Story[] = [
  ['breaker/5', 'closed by probes that succeeded', [...HALF_OPEN, ...PROBES, breaker(126, 'half-open', 'closed')]],
  [
    'breaker/5',
    'opened again by probes that failed',
    [...HALF_OPEN, tries(122, 124, 'm2'), breaker(124, 'half-open', 'open')],
  ],
  ['breaker/7', 'a late success while open', [...OPENED, ends(30, 'm8')]],
  ['breaker/7', 'a late failure while open', [...OPENED, ends(30, 'm8', 1, REFUSED)]],
  ['breaker/7', 'a late success while half-open', [...HALF_OPEN, ends(130, 'm8')]],
  ['breaker/7', 'a late failure while half-open', [...HALF_OPEN, ends(130, 'm8', 1, REFUSED)]],
  [
    'breaker/10',
    'a reset',
    [...OPENED, forces(50, 'reset', { until: null }), breaker(50, 'open', 'closed'), forced(50, 'reset')],
  ],
  [
    'breaker/10',
    'forced open',
    [forces(50, 'isolate', { until: null }), breaker(50, 'closed', 'isolated'), forced(50, 'isolate')],
  ],
  ['delivery/8', 'a group from earliest', [...BEFORE, gets(21, 'c1', 'm1'), drained(100)]],
  ['delivery/8', 'a group from latest', [takes(10, 'm1'), joins(20, 'c1', { from: 'latest' }), drained(100)]],
  ['delivery/11', 'another message of the id within the window', [...TWICE, passesOver(1_020, 'm2', 'duplicate')]],
  ['delivery/11', 'another message of the id after the window', [...TWICE, gets(1_510, 'c1', 'm2')]],
  ['delivery/12', 'handled within its time to live', [...LIVES, gets(1_050, 'c1', 'm1')]],
  ['delivery/12', 'skipped', [...LIVES, passesOver(1_150, 'm1', 'expired')]],
  [
    'dead-letter/1',
    'rejected for good',
    [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(1_030, 'm1'), drained(2_000)],
  ],
  [
    'dead-letter/1',
    'out of attempts',
    [
      ...TAKEN,
      gets(1_010, 'c1', 'm1', RETRYABLE),
      gets(1_020, 'c1', 'm1', { ...RETRYABLE, attempt: 2 }),
      deadLetters(1_030, 'm1'),
      drained(2_000),
    ],
  ],
  ['fail-fast/2', 'an abort', [publishes(10, 'm1'), aborts(12, 'm1'), fails(12, 'm1'), end(2_000)]],
  [
    'fail-fast/2',
    'a publish that took longer than one attempt may',
    [publishes(10, 'm1'), fails(900, 'm1'), end(2_000)],
  ],
  ...LONG_USES.map((of): Story => ['resources/10', of, [uses(of, [{}, {}])]]),
  ['fail-fast/8', 'rolled back', [writes(10, 'm1', { rollsBack: true }), finds(90, []), end(100)]],
  [
    'fail-fast/8',
    'failed, or its event met a fault',
    [fault(5, 20, 'publish'), writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1'), finds(90, ['m1']), end(100)],
  ],
]

const claimsFor = (clause: string): ResolvedClaims => {
  if (clause.startsWith('fail-fast')) return { ...STORY_CLAIMS, write: { event: 'required' } }
  return clause === 'breaker/5' || clause === 'breaker/7' ? STORY_CLAIMS : ALL_CLAIMS
}

test.each(STORIES)('%s: %s', (clause, kind, happened) => {
  expect(findingIn(clause, happened, { claims: claimsFor(clause) }).kinds).toEqual({ [kind]: 1 })
})

test('no clause names another kind', () => {
  const named = CLAUSES.flatMap(({ id, kinds = {} }) => Object.keys(kinds).map((kind) => `${id} ${kind}`))
  expect(named.toSorted()).toEqual(STORIES.map(([clause, kind]) => `${clause} ${kind}`).toSorted())
})

test('a check that reports a kind of another name is wrong', () => {
  const report = createReport('breaker/5', { known: 1 })
  expect(() => report.kind('unknown')).toThrow('breaker/5 names no kind of occasion "unknown"')
  report.kind('known')
  expect(report.finding().kinds).toEqual({ known: 1 })
})
