import { describe, expect, it } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan, PlannedFault } from '../plan/plan.ts'
import { tellStory } from '../report/story.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { DETERMINISM } from '../search/divergence.ts'
import { type Before, conclude, type Judging } from './replay-verdict.ts'

const fault: PlannedFault = { kind: 'reset', role: 'publish', direction: 'up', at: 300, lasts: 10, amount: 0 }
const plan: Plan = {
  ...generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 5, 1),
  faults: [fault],
}

const judging: Judging = {
  clause: 'delivery/1',
  judged: ['delivery/1', 'retry/1'],
  plan,
  fitting: plan,
  idle: new Set(),
  before: null,
  failedOn: null,
  simulated: false,
  full: false,
  interrupted: false,
}

const LANDED: Event = {
  type: 'healed',
  at: 310,
  fault: 0,
  kind: 'reset',
  role: 'publish',
  landed: { connections: 1, bytes: 0 },
}

const HELD: RunOutcome['findings'] = { 'delivery/1': { occasions: 3, violations: [] } }

const ran = (events: readonly Event[], more: Partial<RunOutcome> = {}): RunOutcome => ({
  plan,
  events: events.length,
  faults: { landed: {}, missed: 0 },
  findings: HELD,
  history: { header: {} as never, events },
  error: null,
  ...more,
})
const violating = (clause: string): RunOutcome =>
  ran([], {
    findings: { [clause]: { occasions: 1, violations: [{ clause, message: 'it was lost' } as never] } },
    history: null,
  })

function concluded(outcomes: readonly RunOutcome[], more: Partial<Judging> = {}) {
  let said = ''
  const write = (text: string): void => {
    said += text
  }
  return { code: conclude(outcomes, { ...judging, ...more }, { write }), said }
}

describe('a replay in which nothing is violated', () => {
  it('proves that the bus is fixed if every fault landed', () => {
    expect(concluded([ran([LANDED]), ran([LANDED])])).toEqual({ code: 0, said: 'FIXED delivery/1 held in 2 runs\n' })
  })

  it('shows nothing where messages had to become others for the adapter', () => {
    const [first, ...rest] = plan.messages
    if (first === undefined) throw new Error('the plan has messages')
    const fitting = { ...plan, messages: [{ ...first, outcome: { kind: 'slow', ms: 1 } } as const, ...rest] }
    const { code, said } = concluded([ran([LANDED])], { fitting })
    expect(code).toBe(3)
    expect(said).toMatch(/^ERROR m0 is another message here/)
  })

  it('says so where nothing happened that the clause speaks of', () => {
    const idle = ran([LANDED], { findings: { 'delivery/1': { occasions: 0, violations: [] } } })
    expect(concluded([idle, idle])).toEqual({
      code: 0,
      said: 'FIXED delivery/1 held in 2 runs; but the clause had no occasion\n',
    })
    expect(concluded([idle, ran([LANDED])]).said).toBe('FIXED delivery/1 held in 2 runs\n')
  })

  it('shows nothing where the clause was put to no test on another site than where it failed', () => {
    const idle = ran([LANDED], { findings: { 'delivery/1': { occasions: 0, violations: [] } } })
    const elsewhere = { failedOn: 'simulated' } as const
    expect(concluded([idle], elsewhere)).toEqual({
      code: 3,
      said: expect.stringMatching(/^ERROR no violation, but delivery\/1 had no occasion/),
    })
    expect(concluded([idle, ran([LANDED])], elsewhere).code).toBe(0)
  })

  it('shows nothing where it was interrupted', () => {
    expect(concluded([ran([LANDED])], { interrupted: true })).toEqual({
      code: 3,
      said: 'ERROR interrupted: no violation in 1 run, but more runs were planned\n',
    })
    expect(concluded([violating('delivery/1')], { interrupted: true }).code).toBe(1)
  })

  it('counts only the runs in which every fault landed', () => {
    expect(concluded([ran([]), ran([LANDED]), ran([])])).toEqual({
      code: 0,
      said: 'FIXED delivery/1 held in 1 run; in 2 more, not every fault landed\n',
    })
  })

  it('shows nothing where a fault never landed, and says which', () => {
    expect(concluded([ran([]), ran([])])).toEqual({
      code: 3,
      said:
        'ERROR no violation, but the plan did not happen in 2 runs: ' +
        'reset on publish, 300 ms after traffic began, did not land\n',
    })
  })

  it('needs no fault that did not land when the plan failed either', () => {
    expect(concluded([ran([])], { idle: new Set([0]) }).said).toBe('FIXED delivery/1 held in 1 run\n')
  })

  it('shows nothing of a clause that the adapter does not claim', () => {
    expect(concluded([ran([LANDED])], { judged: ['retry/1'] })).toEqual({
      code: 3,
      said: 'ERROR this adapter does not claim delivery/1\n',
    })
  })

  it('shows nothing where faults were left out for want of dead letters', () => {
    const more = { ...plan, faults: [fault, { ...fault, role: 'dead-letter' as const }] }
    const { code, said } = concluded([ran([LANDED])], { plan: more })
    expect([code, said]).toEqual([3, expect.stringMatching(/^ERROR the plan has faults on the dead-letter link/)])
  })

  it('shows nothing where the harness failed, or nothing was run', () => {
    expect(concluded([ran([LANDED]), ran([], { error: 'no port' })])).toEqual({ code: 3, said: 'ERROR no port\n' })
    expect(concluded([])).toEqual({ code: 3, said: 'ERROR no run was made\n' })
  })
})

describe('a replay in which something is violated', () => {
  it('fails, whether or not every fault landed', () => {
    expect(concluded([ran([LANDED]), violating('delivery/1')])).toEqual({
      code: 1,
      said: 'it was lost\n\nFAILED 1 of 2 by delivery/1\n',
    })
  })

  it('fails by another clause too, and by any for a bare plan', () => {
    expect(concluded([violating('retry/1')]).said).toContain('FAILED 1 of 1 by retry/1')
    expect(concluded([violating('retry/1')], { clause: null }).said).toContain('FAILED 1 of 1 by retry/1')
    expect(concluded([ran([LANDED])], { clause: null }).said).toBe('FIXED no clause was violated in 1 run\n')
  })
})

const PREFIX = 'sim-'
const opens = (at: number): Event => ({ type: 'open', node: 'n0', at })
const end = (at: number): Event => ({ type: 'end', at })
const told = (events: readonly Event[], findings: RunOutcome['findings'] = HELD): RunOutcome =>
  ran(events, { findings, history: { header: { prefix: PREFIX } as never, events } })
const lost = (events: readonly Event[], message = 'm0 was lost'): RunOutcome =>
  told(events, {
    'delivery/1': {
      occasions: 1,
      violations: [{ clause: 'delivery/1', message, expected: 'm0', actual: 'nothing', ops: [], at: 5, node: 'n0' }],
    },
  })
const size = { messages: 1, faults: 1, consumers: 1 }
const failure: Before['failure'] = {
  id: 'delivery-1-00000000',
  folder: 'failures/delivery-1-00000000',
  also: [],
  confirmed: { failed: 1, of: 1 },
  shrunk: { from: size, to: size, ended: 'minimal' },
}

/** The story of a run, as it was stored when it failed. */
function beforeOf(outcome: RunOutcome, more: Partial<Before> = {}): Before {
  const { history, findings } = outcome
  const violation = findings['delivery/1']?.violations[0]
  if (history === null || violation === undefined) throw new Error('that run has not failed')
  const story = tellStory({ ...history, violation, failure })
  return { site: 'simulated', failure, story, events: history.events, ...more }
}

describe('a replay beside what is stored', () => {
  const then = lost([opens(1), opens(5), end(9)])
  const judgedBy = (before: Partial<Before>, simulated = true): Partial<Judging> => ({
    before: beforeOf(then, before),
    simulated,
    plan: { ...plan, faults: [] },
    fitting: { ...plan, faults: [] },
    idle: new Set([0]),
  })
  const marked = (said: string): string[] => said.split('\n').filter((line) => /^[+-] /.test(line))

  it('says that the story is the same', () => {
    const { code, said } = concluded([then], judgedBy({}))
    expect([code, marked(said)]).toEqual([1, []])
    expect(said).toMatch(/\n\nThe story is the same as the stored one\.\n\nFAILED 1 of 1 by delivery\/1\n$/)
    expect(said).toContain('busproof replay delivery-1-00000000')
  })

  it('marks what is new and what is gone, and says where the history differs', () => {
    const { code, said } = concluded([lost([opens(1), opens(4), opens(5), end(9)], 'm7 was lost')], judgedBy({}))
    expect(code).toBe(1)
    expect(marked(said)).toEqual(
      expect.arrayContaining(['- m0 was lost', '+ m7 was lost', expect.stringMatching(/^\+ +4 │ the bus of n0 opens/)]),
    )
    expect(said.replaceAll('\n', ' ')).toMatch(
      /from line 4 on: .* The history differs from line 3 of history\.jsonl on\./,
    )
  })

  it('does not compare times where clocks are real, then or now', () => {
    const later = lost([opens(2), opens(5), end(20)])
    expect(concluded([later], judgedBy({})).said).toContain('This story differs')
    for (const more of [judgedBy({}, false), judgedBy({ site: 'real' })])
      expect(concluded([later], more).said).toContain('The story is the same as the stored one, except for times.\n')
  })

  it('says that another clause tells another story, and that none is stored', () => {
    const { said } = concluded([violating('retry/1')], judgedBy({}))
    expect(said).toContain('This story differs from the stored one: delivery/1 held.\n')
    expect(concluded([then], judgedBy({ story: [] })).said).toContain('There is no stored story')
  })

  it('names the first event of a fixed run that differs, in virtual time', () => {
    const { code, said } = concluded([told([opens(1), end(9)])], judgedBy({}))
    expect(code).toBe(0)
    expect(said.replaceAll('\n', ' ')).toBe(
      'The run differs from the stored one, first at line 3 of history.jsonl: ' +
        'then "the bus of n0 opens" at 5 ms, now "── end ──" at 9 ms.  FIXED delivery/1 held in 1 run ',
    )
    expect(concluded([told([opens(1), end(9)])], judgedBy({}, false)).said).toBe('FIXED delivery/1 held in 1 run\n')
    expect(concluded([told([opens(1), opens(5), end(9)])], judgedBy({})).said).toMatch(
      /^The history is the same, byte for byte: the check has changed/,
    )
  })

  it('says how seldom it had failed where that was not always', () => {
    const seldom = { ...failure, confirmed: { failed: 1, of: 5 } }
    const { said } = concluded([told([])], judgedBy({ failure: seldom }, false))
    expect(said).toBe('FIXED delivery/1 held in 1 run; it had failed 1 of 5\n')
  })
})

describe('a replay that does not repeat itself in virtual time', () => {
  const parting = [told([opens(1)]), told([opens(2)])]
  const whole = { plan: { ...plan, faults: [] }, fitting: { ...plan, faults: [] }, idle: new Set([0]), simulated: true }

  it('is an error where nothing was violated, and tells the event', () => {
    expect(concluded(parting, whole)).toEqual({
      code: 3,
      said:
        'ERROR This plan produced another history when it was repeated in virtual time: ' +
        'first "the bus of n0 opens" at 1 ms, then "the bus of n0 opens" at 2 ms\n',
    })
    expect(concluded(parting, { ...whole, simulated: false }).code).toBe(0)
  })

  it('has failed where something was violated', () => {
    const { code, said } = concluded([lost([opens(1)]), lost([opens(2)])], whole)
    expect(code).toBe(1)
    expect(said).toContain('produced another history')
  })

  it('is an error where that is what was found', () => {
    const violation = { clause: DETERMINISM, message: 'two histories', expected: 'a', actual: 'b', ops: [], at: 1 }
    const outcome = told([opens(1)], { [DETERMINISM]: { occasions: 1, violations: [violation] } })
    const { code, said } = concluded([outcome], { ...whole, clause: DETERMINISM, judged: [DETERMINISM] })
    expect(code).toBe(3)
    expect(said).toMatch(/expected +a\n/)
    expect(said).toMatch(/ERROR two histories\n$/)
  })
})
