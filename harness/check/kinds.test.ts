/** Each kind of occasion that a clause names, in a story of its own. */
import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import type { ResolvedClaims } from '../claims.ts'
import { LONG_USES } from '../events/host.ts'
import { createReport } from './report.ts'
import { ALL_CLAIMS, QUEUE_CLAIMS, STORY_CLAIMS } from './testing/claims.case.ts'
import { findingIn } from './testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  asked,
  begins,
  breaker,
  closed,
  closes,
  commits,
  configures,
  deadLetters,
  drained,
  end,
  ends,
  error,
  exposes,
  fails,
  fault,
  finds,
  forced,
  forces,
  gets,
  type Happening,
  ill,
  joins,
  keeps,
  leaves,
  OPEN,
  onTopic,
  opened,
  PERMANENT,
  passesOver,
  phase,
  publishes,
  queues,
  REFUSED,
  reads,
  refusing,
  registering,
  scraped,
  sealed,
  stores,
  taken,
  takes,
  tried,
  tries,
  uses,
  well,
  writes,
} from './testing/story.case.ts'

const OPENED = [begins(5, 'm8'), tries(20, 22, 'm1'), breaker(22, 'closed', 'open')]
const HALF_OPEN = [...OPENED, breaker(122, 'open', 'half-open')]
const PROBES = [tries(122, 124, 'm2', 1, 'ok'), tries(125, 126, 'm3', 1, 'ok')]
const TRIPPED = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
const X = { id: 'x' }
const TWICE = [joins(0, 'c1'), takes(1_000, 'm1', X), takes(1_001, 'm2', X), gets(1_010, 'c1', 'm1')]
const LIVES = [joins(0, 'c1'), takes(1_000, 'm1', { ttlMs: 100 })]
const RETRYABLE = { outcome: 'retryable' } as const
const TAKEN = [joins(0, 'c1'), takes(1_000, 'm1')]
/** The breaker of c1's group on the topic opens at 1,020 ms, for 200 ms. */
const RESTING = [
  ...TAKEN,
  takes(1_001, 'm2'),
  gets(1_010, 'c1', 'm1', RETRYABLE),
  gets(1_020, 'c1', 'm1', { ...RETRYABLE, attempt: 2 }),
]
const BEFORE = [takes(10, 'm1'), joins(20, 'c1')]

const GROUP = { file: { GROUP: 'g' } }
const GROUP_TAKEN = { GROUP: { value: 'g', from: 'file' } } as const

type Story = readonly [clause: string, kind: string, happened: readonly Happening[]]

const SOURCE = ['source', 's'] as const
const EVENT = ['category', 'EVENT'] as const
const REGISTERING = registering(['paid', 'joined'], joins(0, 'c1'))
const LOW = ['urgency', 'low'] as const
const MADE = [
  ['id', '11111111-1111-4111-8111-111111111111'],
  ['correlation', '22222222-2222-4222-8222-222222222222'],
  ['trace', `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`],
  ['sent', '2026-01-01T00:00:00.000Z'],
  ['hops', '0'],
] as const

const STORIES: readonly Story[] = [
  ['envelope/1', 'a dead letter', [sealed(publishes(1, 'm1'), SOURCE), sealed(deadLetters(9, 'm1'), SOURCE)]],
  ['envelope/1', 'another spelling', [sealed(publishes(1, 'm1'), ['urgency', 'LOW']), sealed(stores(2, 'm1'), LOW)]],
  ['envelope/2', 'a dead letter', [publishes(1, 'm1'), sealed(deadLetters(9, 'm1'), ...MADE)]],
  [
    'dispatch/1',
    'another spelling',
    [REGISTERING, sealed(publishes(1, 'm1'), ['kind', 'PAID'], EVENT), gets(2, 'c1', 'm1')],
  ],
  [
    'dispatch/2',
    'unregistered',
    [REGISTERING, sealed(publishes(1, 'm1'), ['kind', 'sent'], EVENT), deadLetters(9, 'm1')],
  ],
  [
    'dispatch/2',
    'foreign domain',
    [REGISTERING, sealed(publishes(1, 'm1'), ['kind', 'joined'], EVENT), deadLetters(9, 'm1')],
  ],
  [
    'dispatch/2',
    'wrong category',
    [REGISTERING, sealed(publishes(1, 'm1'), ['kind', 'paid'], ['category', 'COMMAND']), deadLetters(9, 'm1')],
  ],
  ['dispatch/3', 'right', [reads(1, 'orders.v1', { domain: 'orders', version: 'v1' })]],
  ['dispatch/3', 'wrong', [reads(1, 'orders', null)]],
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
  ['breaker/9', 'a call that was cancelled', [begins(14, 'm2'), ends(15, 'm2', 1, 'cancelled')]],
  ['breaker/9', 'a call that failed for good', [tries(14, 15, 'm2', 1, PERMANENT)]],
  [
    'breaker/9',
    'a publish refused between its attempts',
    [
      publishes(10, 'm1'),
      tries(10, 12, 'm1'),
      tries(20, 22, 'm3'),
      breaker(22, 'closed', 'open'),
      fails(30, 'm1', OPEN),
    ],
  ],
  ['breaker/13', 'closed by a probe that succeeded', [...RESTING, gets(1_220, 'c1', 'm2')]],
  ['breaker/13', 'opened again by a probe that failed', [...RESTING, gets(1_220, 'c1', 'm2', RETRYABLE)]],
  [
    'breaker/13',
    'a success that restarted the count',
    [...TAKEN, gets(1_010, 'c1', 'm1', RETRYABLE), gets(1_020, 'c1', 'm1', { attempt: 2 })],
  ],
  ['breaker/13', 'a message that came while it was open', [...RESTING, takes(1_030, 'm3')]],
  [
    'breaker/14',
    'of the same topic',
    [
      ...RESTING,
      joins(0, 'c2', { group: 'h' }),
      ...['m1', 'm2'].map((op) => gets(1_010, 'c2', op, { group: 'h' })),
      takes(1_030, 'm3'),
      gets(1_031, 'c2', 'm3', { group: 'h' }),
    ],
  ],
  [
    'breaker/14',
    'of another topic',
    [...RESTING, ...onTopic('u', [joins(0, 'c2'), takes(1_030, 'm3'), gets(1_031, 'c2', 'm3')])],
  ],
  ['breaker/11', 'queued', [...TRIPPED, queues(30, 'm2')]],
  [
    'breaker/11',
    'refused by a full queue',
    [...TRIPPED, publishes(30, 'm2'), fails(30, 'm2', error('QUEUE_FULL', { effect: 'none' }))],
  ],
  [
    'delivery/5',
    'several groups',
    [
      joins(0, 'c1'),
      joins(0, 'c2', { group: 'h' }),
      takes(10, 'm1'),
      gets(12, 'c1', 'm1'),
      gets(12, 'c2', 'm1', { group: 'h' }),
      drained(900),
    ],
  ],
  ['delivery/5', 'several members', [joins(0, 'c1'), joins(0, 'c2'), takes(600, 'm1'), gets(602, 'c1', 'm1')]],
  ['delivery/8', 'a group from earliest', [...BEFORE, gets(21, 'c1', 'm1'), drained(100)]],
  ['delivery/8', 'a group from latest', [takes(10, 'm1'), joins(20, 'c1', { from: 'latest' }), drained(100)]],
  ['delivery/11', 'another message of the id within the window', [...TWICE, passesOver(1_020, 'm2', 'duplicate')]],
  ['delivery/11', 'another message of the id after the window', [...TWICE, gets(1_510, 'c1', 'm2')]],
  ['delivery/12', 'handled within its time to live', [...LIVES, gets(1_050, 'c1', 'm1')]],
  ['delivery/12', 'skipped', [...LIVES, passesOver(1_150, 'm1', 'expired')]],
  ['ordering/6', 'stored', [publishes(10, 'm1'), stores(11, 'm1')]],
  ['ordering/6', 'named', [publishes(10, 'm1'), acknowledges(12, 'm1')]],
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
  ['delivery/13', 'a publish without faults', [takes(10, 'm1'), drained(100)]],
  [
    'delivery/13',
    'probes after a heal',
    [fault(5, 20, 'publish'), phase(90, 'heal'), takes(100, 'probe-n1-t-0'), end(9_000)],
  ],
  ...(['empty-topic', 'control-topic', 'oversize-value'] as const).map(
    (what): Story => ['fail-fast/6', what, [tried(10, what, error('INVALID', { effect: 'none', retryable: false }))]],
  ),
  [
    'fail-fast/9',
    'a batch that failed in part',
    [
      [{ type: 'batch', at: 10, node: 'n1', batch: 'b', ops: ['m1', 'm2'] }],
      publishes(10, 'm1'),
      publishes(10, 'm2'),
      acknowledges(12, 'm1'),
      tries(10, 12, 'm2'),
      fails(12, 'm2', REFUSED),
      [{ type: 'batch-ended', at: 12, node: 'n1', batch: 'b' }],
    ],
  ],
  [
    'fail-fast/9',
    'a flush while publishes were pending',
    [publishes(10, 'm1'), [{ type: 'flush', at: 11, node: 'n1', flush: 'f' }], acknowledges(12, 'm1')],
  ],
  [
    'delivery/15',
    'a member that left',
    [...TAKEN, gets(1_010, 'c1', 'm1'), commits(1_011, 1), leaves(1_020, 'c1'), drained(1_030)],
  ],
  ['resources/2', 'called more than once', [closes(10), closed(11), closes(12, 1), closed(13, 1)]],
  ['resources/2', 'with work outstanding', [publishes(10, 'm1'), closes(11), acknowledges(12, 'm1'), closed(13)]],
  ['resources/2', 'under a fault', [fault(5, 20, 'publish'), closes(11), closed(13)]],
  [
    'retry/2',
    'of a publish',
    [publishes(10, 'm1'), tries(10, 12, 'm1'), tries(22, 23, 'm1', 2, 'ok'), acknowledges(23, 'm1')],
  ],
  [
    'retry/2',
    'of a handler',
    [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', RETRYABLE), gets(1_020, 'c1', 'm1', { attempt: 2 })],
  ],
  ['retry/4', 'an attempt that failed', [publishes(10, 'm1'), tries(10, 12, 'm1')]],
  ['retry/4', 'rejected by a handler', [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]],
  [
    'retry/6',
    'a further call',
    [...TAKEN, gets(1_010, 'c1', 'm1', RETRYABLE), gets(1_020, 'c1', 'm1', { attempt: 2 })],
  ],
  [
    'retry/6',
    'a dead letter',
    [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(1_030, 'm1', { attempts: '1' })],
  ],
  ['retry/6', 'stored more than once', [publishes(10, 'm1'), stores(11, 'm1'), stores(12, 'm1', { offset: 9 })]],
  ['fail-fast/2', 'an abort before the call', [tried(10, 'publish-aborted', error('ABORTED')), end(20)]],
  ['fail-fast/2', 'an abort', [publishes(10, 'm1'), aborts(12, 'm1'), fails(12, 'm1'), end(2_000)]],
  [
    'fail-fast/2',
    'a publish that took longer than one attempt may',
    [publishes(10, 'm1'), fails(900, 'm1'), end(2_000)],
  ],
  ...LONG_USES.map((of): Story => ['resources/10', of, [uses(of, [{}, {}])]]),
  ['resources/11', 'consume', [joins(0, 'c1'), fault(10, 210, 'consume'), end(300)]],
  [
    'resources/11',
    'dead-letter',
    [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' }), fault(1_020, 1_220, 'dead-letter'), end(1_300)],
  ],
  ['health/1', 'under a fault', [fault(5, 60, 'publish'), asked(10, ill(10))]],
  ['health/1', 'of a closing bus', [opened(0), closes(5), asked(10, ill(10))]],
  ['health/2', 'in an outage', [opened(0), publishes(1, 'm1'), fault(100, 300, 'publish'), asked(200, ill(200))]],
  ['health/2', 'without a fault', [opened(0), phase(90, 'heal'), asked(100, well(100))]],
  ['health/3', 'of a closing bus', [opened(0), closes(5), asked(10, ill(10))]],
  ['health/3', 'breaker open', [opened(0), breaker(5, 'closed', 'open'), asked(10, ill(10))]],
  ['health/3', 'cut off', [opened(0), publishes(1, 'm1'), fault(100, 300, 'publish'), asked(200, ill(200))]],
  ['health/3', 'recovered', [opened(0), phase(90, 'heal'), asked(100, well(100))]],
  ['health/4', 'under a fault', [fault(5, 60, 'publish'), scraped(10, exposes())]],
  ['health/5', 'after failures', [publishes(1, 'm1'), fails(5, 'm1'), scraped(10, exposes({ failed: 1 }))]],
  [
    'health/5',
    'breaker not closed',
    [breaker(5, 'closed', 'open'), scraped(10, exposes({ states: { closed: 0, open: 1 } }))],
  ],
  ['health/5', 'not healthy', [asked(5, ill(5)), scraped(10, exposes({ health: 0 }))]],
  ['configuration/1', 'nothing given', [configures(10, {}, taken())]],
  ['configuration/1', 'given', [configures(10, GROUP, taken(GROUP_TAKEN))]],
  ['configuration/1', 'not allowed', [configures(10, { file: { TIMEOUT: 0 } }, refusing('TIMEOUT'))]],
  ['configuration/1', 'unknown name', [configures(10, { file: { TIMEOUTS: 1 } }, refusing('TIMEOUTS'))]],
  ['configuration/2', 'file', [configures(10, GROUP, taken(GROUP_TAKEN))]],
  [
    'configuration/2',
    'environment',
    [configures(10, { environment: { GROUP: 'g' } }, taken({ GROUP: { value: 'g', from: 'environment' } }))],
  ],
  [
    'configuration/2',
    'argument',
    [configures(10, { arguments: { GROUP: 'g' } }, taken({ GROUP: { value: 'g', from: 'argument' } }))],
  ],
  [
    'configuration/2',
    'several sources',
    [configures(10, { ...GROUP, arguments: { GROUP: 'h' } }, taken({ GROUP: { value: 'h', from: 'argument' } }))],
  ],
  ['configuration/3', 'no name', [configures(10, { environment: { ENV: 'quality' } }, taken())]],
  [
    'configuration/3',
    'a name after one that means nothing',
    [configures(10, { environment: { ENVIRONMENT: 'quality', ENV: 'dev' } }, taken())],
  ],
  [
    'configuration/3',
    'a default of its own',
    [
      configures(
        10,
        { environment: { ENV: 'prod' } },
        taken({ THRESHOLD: { value: 5, from: 'default' } }, 'production'),
      ),
    ],
  ],
  ['fail-fast/8', 'rolled back', [writes(10, 'm1', { rollsBack: true }), finds(90, []), end(100)]],
  [
    'fail-fast/8',
    'failed, or its event met a fault',
    [fault(5, 20, 'publish'), writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1'), finds(90, ['m1']), end(100)],
  ],
]

const CLAIMS: Readonly<Record<string, ResolvedClaims>> = {
  'breaker/5': STORY_CLAIMS,
  'breaker/7': STORY_CLAIMS,
  'breaker/9': STORY_CLAIMS,
  'breaker/11': QUEUE_CLAIMS,
  'fail-fast/8': { ...STORY_CLAIMS, write: { event: 'required' } },
}

/** Each call of a close that was called twice is an occasion. */
const TIMES: Readonly<Record<string, number>> = { 'called more than once': 2 }

test.each(STORIES)('%s: %s', (clause, kind, happened) => {
  const { kinds } = findingIn(clause, happened, { claims: CLAIMS[clause] ?? ALL_CLAIMS })
  expect(kinds).toEqual({ [kind]: TIMES[kind] ?? 1 })
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
