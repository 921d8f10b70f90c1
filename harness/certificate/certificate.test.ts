import { describe, expect, test } from 'vitest'
import { fixed } from '../claims.ts'
import { everyClaim, exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { exampleClause, foundTimes, outcomeOf } from './clauses.case.ts'
import { judgedClauses, nextLeans, shortOf } from './judged.ts'
import { createTally } from './tally.ts'
import { decide, missingClaims, verdictNotes, verdictsOf } from './verdicts.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const delivery = exampleClause('delivery/1', { leans: ['publish-outage', 'calm'] })
const ordering = exampleClause('ordering/1', { wants: 5, leans: ['bursts'] })
const breaker = exampleClause('breaker/1', { claim: 'breaker', wants: 1, evidence: 'self-reported' })
const clauses = [delivery, ordering, breaker]
const { breaker: _breaker, ...unguarded } = exampleClaims

function tallyOf(...findings: Parameters<typeof foundTimes>[]) {
  const tally = createTally()
  for (const finding of findings) tally.add(outcomeOf(plan, { findings: { [finding[0]]: foundTimes(...finding) } }))
  return tally
}
const namesOf = (tally: ReturnType<typeof createTally>, more: { claims?: typeof unguarded; only?: string[] } = {}) =>
  verdictsOf(tally, { clauses, claims: exampleClaims, ...more }).map(({ verdict }) => verdict)

describe('a tally', () => {
  test('sums runs, events, faults, occasions and violations, and keeps five violations', () => {
    const tally = createTally()
    tally.add(
      outcomeOf(plan, {
        events: 3,
        faults: { landed: { reset: 1 }, missed: 1 },
        findings: { 'delivery/1': foundTimes('delivery/1', 4, 3) },
      }),
    )
    tally.add(
      outcomeOf(plan, {
        faults: { landed: { reset: 1, cut: 2 }, missed: 0 },
        findings: { 'delivery/1': foundTimes('delivery/1', 1, 4) },
      }),
    )
    expect(tally.runs).toBe(2)
    expect(tally.events).toBe(13)
    expect(tally.faults).toEqual({ landed: { reset: 2, cut: 2 }, missed: 1 })
    expect(tally.clause('delivery/1')).toMatchObject({ occasions: 5, violationCount: 7 })
    expect(tally.clause('delivery/1').violations).toHaveLength(5)
    expect(tally.clause('ordering/1')).toEqual({ occasions: 0, kinds: {}, violations: [], violationCount: 0 })
  })

  test('judges what only the samples of many runs show', () => {
    const tally = createTally()
    const constant = { occasions: 600, violations: [], samples: { 'publish waits': [0, 600, 0, 0, 0, 0, 0, 0] } }
    tally.add(outcomeOf(plan, { findings: { 'retry/3': constant } }))
    expect(tally.clause('retry/3')).toMatchObject({ occasions: 600, violationCount: 0 })
    tally.add(outcomeOf(plan, { findings: { 'retry/3': constant } }))
    const { occasions, violations, violationCount } = tally.clause('retry/3')
    expect([occasions, violationCount]).toEqual([1_200, 1])
    expect(violations[0]?.actual).toBe('0, 1200, 0, 0, 0, 0, 0, 0, from the shortest to the longest')
  })

  test('takes nothing from a run with an error but the first error', () => {
    const tally = createTally()
    tally.add(outcomeOf(plan, { error: 'no broker', findings: { 'delivery/1': foundTimes('delivery/1', 4, 3) } }))
    tally.add(outcomeOf(plan, { error: 'no disk' }))
    expect([tally.runs, tally.error, tally.clause('delivery/1').occasions]).toEqual([0, 'no broker', 0])
  })
})

describe('verdicts', () => {
  const enough = [
    ['delivery/1', 10],
    ['ordering/1', 5],
    ['breaker/1', 1],
  ] as [string, number][]

  test('pass with occasions enough, else inconclusive, and never pass on nothing', () => {
    expect(namesOf(tallyOf(...enough))).toEqual(['pass', 'pass', 'pass'])
    expect(namesOf(tallyOf(['delivery/1', 10], ['ordering/1', 4]))).toEqual(['pass', 'inconclusive', 'inconclusive'])
    const greedy = verdictsOf(createTally(), {
      clauses: [exampleClause('delivery/1', { wants: 0 })],
      claims: exampleClaims,
    })
    expect(greedy[0]?.verdict).toBe('inconclusive')
  })

  test('a violation outweighs an error, an error outweighs a pass', () => {
    const tally = tallyOf(['delivery/1', 10, 1], ['ordering/1', 5])
    tally.add(outcomeOf(plan, { error: 'no broker' }))
    expect(namesOf(tally)).toEqual(['fail', 'error', 'error'])
  })

  test('unsupported where the claim is absent, not run where it was left out', () => {
    const tally = tallyOf(...enough, ['breaker/1', 1, 1])
    expect(namesOf(tally, { claims: unguarded })).toEqual(['pass', 'pass', 'unsupported'])
    expect(namesOf(tally, { only: ['ordering'] })).toEqual(['not run', 'pass', 'not run'])
    const [, , left] = verdictsOf(tally, { clauses, claims: unguarded })
    expect(left).toMatchObject({ occasions: 0, violations: [], selfReported: true, wanted: 1 })
  })
})

describe('a clause that names kinds of occasion', () => {
  const late = exampleClause('breaker/7', { wants: 2, kinds: { success: 2, failure: 1 } })
  const judged = (...kinds: readonly Record<string, number>[]) => {
    const tally = createTally()
    for (const one of kinds)
      tally.add(outcomeOf(plan, { findings: { 'breaker/7': { ...foundTimes('breaker/7', 5), kinds: one } } }))
    const [verdict] = verdictsOf(tally, { clauses: [late], claims: exampleClaims })
    return { verdict, notes: verdictNotes(verdict === undefined ? [] : [verdict]), short: shortOf(tally, [late]) }
  }

  test('is inconclusive until each has arisen, and says which has not', () => {
    const { verdict, notes, short } = judged({ success: 1 }, { success: 1 })
    expect(verdict).toMatchObject({ verdict: 'inconclusive', short: [{ kind: 'failure', occasions: 0, wanted: 1 }] })
    expect(notes).toEqual(['Too few occasions to judge: breaker/7 (failure: 0 of 1).'])
    expect(short).toEqual([late])
  })

  test('passes without one that only some buses can meet, and the certificate notes it', () => {
    const clause = exampleClause('breaker/7', { wants: 2, kinds: { late: 'noted', early: 'noted' } })
    const tally = createTally()
    tally.add(outcomeOf(plan, { findings: { 'breaker/7': { ...foundTimes('breaker/7', 5), kinds: { early: 1 } } } }))
    const verdicts = verdictsOf(tally, { clauses: [clause], claims: exampleClaims })
    expect(verdicts[0]).toMatchObject({ verdict: 'pass', unseen: ['late'] })
    expect(verdictNotes(verdicts)).toEqual(['Passed, but without some situations that never arose: breaker/7 (late).'])
    expect(shortOf(tally, [clause])).toEqual([])
  })

  test('asks for none that its system cannot show', () => {
    const clause = exampleClause('fail-fast/2', { wants: 2, kinds: { late: { wants: 1, needs: 'network' } } })
    const tally = tallyOf(['fail-fast/2', 5])
    expect(shortOf(tally, [clause])).toEqual([clause])
    const lacks = { network: 'it runs in one process' }
    expect(shortOf(tally, [clause], lacks)).toEqual([])
    expect(verdictsOf(tally, { clauses: [clause], claims: exampleClaims, lacks })[0]?.verdict).toBe('pass')
  })

  test('passes once they have, over all runs together', () => {
    const { verdict, notes, short } = judged({ success: 1 }, { success: 1, failure: 1 })
    expect(verdict).toMatchObject({ verdict: 'pass', occasions: 10 })
    expect(verdict).not.toHaveProperty('short')
    expect([notes, short]).toEqual([[], []])
  })
})

describe('what the system lacks', () => {
  const needy = exampleClause('delivery/6', { needs: ['committedOffsets'] })
  const lacks = { committedOffsets: 'it acknowledges message by message' }
  const verdictOf = (...found: Parameters<typeof foundTimes>[]) =>
    verdictsOf(tallyOf(...found), { clauses: [needy], claims: exampleClaims, lacks })[0]

  test('makes a clause unsupported, with the reason, and takes it from those that are short', () => {
    const reason = 'the system has no committed offsets: it acknowledges message by message'
    expect(verdictOf()).toMatchObject({ verdict: 'unsupported', reason, occasions: 0 })
    expect(shortOf(createTally(), [needy], lacks)).toEqual([])
    expect(shortOf(createTally(), [needy])).toEqual([needy])
  })

  test('excuses nothing that happened all the same', () => {
    expect(verdictOf(['delivery/6', 1])).toMatchObject({ verdict: 'inconclusive', occasions: 1 })
    expect(shortOf(tallyOf(['delivery/6', 1]), [needy], lacks)).toEqual([needy])
    expect(verdictOf(['delivery/6', 0, 1])).toMatchObject({ verdict: 'fail', violationCount: 1 })
    expect(verdictOf(['delivery/6', 10])).toMatchObject({ verdict: 'pass' })
    expect(verdictOf()).not.toMatchObject({ verdict: 'pass' })
  })

  test('is told, with what the certificate does not cover, and never certifies by itself', () => {
    const verdicts = verdictsOf(createTally(), { clauses: [needy], claims: exampleClaims, lacks })
    const about = { claims: exampleClaims, level: 'core', effort: 'default', error: null, witness: 'live' } as const
    expect(decide({ ...about, verdicts, lacks })).toEqual({
      certified: false,
      notes: ['The system has no committed offsets: it acknowledges message by message; not covered: delivery/6.'],
    })
  })
})

describe('a certificate is issued', () => {
  const verdictsWith = (verdict: 'pass' | 'fail' | 'inconclusive' | 'not run' | 'unsupported' | 'error') =>
    verdictsOf(tallyOf(['delivery/1', 10]), { clauses: [delivery], claims: exampleClaims }).map((one) => ({
      ...one,
      verdict,
    }))
  const about = { claims: exampleClaims, level: 'resilient', effort: 'default', error: null, witness: 'live' } as const

  test('when everything passes or is unsupported', () => {
    expect(decide({ ...about, verdicts: verdictsWith('pass') })).toEqual({ certified: true, notes: [] })
    expect(decide({ ...about, verdicts: [...verdictsWith('pass'), ...verdictsWith('unsupported')] }).certified).toBe(
      true,
    )
  })

  test.each([
    ['fail', 'Violated: delivery/1.'],
    ['inconclusive', 'Too few occasions to judge: delivery/1 (10 of 10).'],
    ['not run', 'Not judged, because only some clauses were selected: delivery/1.'],
  ] as const)('not with %s', (verdict, note) => {
    expect(decide({ ...about, verdicts: [...verdictsWith('pass'), ...verdictsWith(verdict)] })).toEqual({
      certified: false,
      notes: [note],
    })
  })

  test('not after an error, and not for nothing', () => {
    const failed = decide({ ...about, verdicts: verdictsWith('error'), error: 'no broker' })
    expect(failed).toEqual({ certified: false, notes: ['The harness or the site failed: no broker'] })
    expect(decide({ ...about, verdicts: verdictsWith('unsupported') }).certified).toBe(false)
    expect(decide({ ...about, verdicts: [] }).certified).toBe(false)
  })

  test('not for a quick look', () => {
    expect(decide({ ...about, effort: 'quick', verdicts: verdictsWith('pass') })).toEqual({
      certified: false,
      notes: ['A quick run certifies nothing; use the default effort.'],
    })
  })

  test('not to those that claim nothing', () => {
    const { retry: _retry, deadLetter: _deadLetter, ...rest } = unguarded
    const modest = { ...rest, delivery: 'at-most-once', ordering: 'none' } as const
    expect(missingClaims(modest, 'core')).toHaveLength(2)
    expect(missingClaims(modest, 'resilient')).toHaveLength(5)
    expect(missingClaims(unguarded, 'core')).toEqual([])
    const network = { network: 'it is one process' }
    const { handling: _handling, ...neither } = modest
    expect(missingClaims(neither, 'resilient', network).map((one) => one.split(' which ')[0])).toEqual([
      'Level core requires at-least-once delivery,',
      'Level core requires an ordering,',
      'Level resilient requires retries of a handler,',
      'Level resilient requires a breaker for each subscription,',
      'Level resilient requires dead letters,',
    ])
    const guarded = { ...unguarded, subscriberBreaker: { failures: fixed(5), reset: fixed(1_000) } }
    expect(missingClaims(guarded, 'resilient', network)).toEqual([])
    const decision = decide({ ...about, verdicts: verdictsWith('pass'), claims: unguarded })
    expect(decision).toEqual({
      certified: false,
      notes: [
        'Level resilient requires a breaker, which the adapter does not claim; --level core does not require it.',
      ],
    })
  })

  test('level operable asks for what operators need, and for all that the levels below do', () => {
    const { envelope: _, health: __, metrics: ___, configuration: ____, ...rest } = everyClaim
    expect(missingClaims(everyClaim, 'operable')).toEqual([])
    expect(missingClaims(rest, 'resilient')).toEqual([])
    expect(missingClaims({ ...rest, ordering: 'none' }, 'operable')).toEqual([
      'Level core requires an ordering, which the adapter does not claim.',
      ...['an envelope', 'health', 'metrics', 'a configuration'].map(
        (what) =>
          `Level operable requires ${what}, which the adapter does not claim; --level resilient does not require it.`,
      ),
    ])
  })

  test('level operable says what it does not cover', () => {
    const of = { ...about, verdicts: verdictsWith('pass'), claims: everyClaim, level: 'operable' } as const
    const topology = 'Level operable does not cover the topology of topics yet: no clause judges it.'
    expect(decide(of).notes.slice(-2)).toEqual([topology, 'Security is not judged: a simulated network needs none.'])
    expect(decide({ ...of, lacks: { network: 'it is one process' } }).notes.at(-1)).toBe(topology)
    expect(decide({ ...of, level: 'resilient' }).notes.join()).not.toContain('cover')
  })

  test('with a note where more is claimed than is judged', () => {
    const claims = { ...exampleClaims, delivery: 'exactly-once' } as const
    expect(decide({ ...about, verdicts: verdictsWith('pass'), claims }).notes).toEqual([
      'Exactly-once delivery is claimed, but judged as at-least-once.',
    ])
  })

  test('with a note where there was no witness', () => {
    const decision = decide({ ...about, verdicts: verdictsWith('pass'), witness: 'none' })
    expect(decision.certified).toBe(true)
    expect(decision.notes).toEqual(['Unwitnessed: only the adapter has read the system.'])
    const alone = decide({
      ...about,
      verdicts: verdictsWith('pass'),
      witness: 'none',
      lacks: { network: 'one process' },
    })
    expect(alone.notes.at(-1)).toBe('Unwitnessed: only the callers and the handlers of the bus have seen what it did.')
  })
})

describe('clauses that are short', () => {
  test('are those claimed, selected and without occasions enough', () => {
    const judged = judgedClauses(clauses, unguarded)
    expect(judged).toEqual([delivery, ordering])
    expect(shortOf(tallyOf(['delivery/1', 10]), judged)).toEqual([ordering])
    expect(judgedClauses(clauses, exampleClaims, ['delivery/1', 'breaker'])).toEqual([delivery, breaker])
  })

  test('take turns in where plans lean, and so do their leans', () => {
    const leans = [0, 1, 2, 3, 4].map((turn) => nextLeans([delivery, ordering], turn))
    expect(leans).toEqual([['publish-outage'], ['bursts'], ['calm'], ['bursts'], ['publish-outage']])
    expect(nextLeans([breaker], 3)).toEqual([])
    expect(nextLeans([], 3)).toEqual([])
  })
})
