import { describe, expect, it } from 'vitest'
import type { Event } from '../history/event.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan, PlannedFault } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { conclude, type Judging } from './replay-verdict.ts'

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
}

const LANDED: Event = {
  type: 'healed',
  at: 310,
  fault: 0,
  kind: 'reset',
  role: 'publish',
  landed: { connections: 1, bytes: 0 },
}

const ran = (events: readonly Event[], more: Partial<RunOutcome> = {}): RunOutcome => ({
  plan,
  events: events.length,
  faults: { landed: {}, missed: 0 },
  findings: {},
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
  it('shows that the failure is mended where every fault landed', () => {
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

  it('counts only the runs in which every fault landed', () => {
    expect(concluded([ran([]), ran([LANDED]), ran([])])).toEqual({
      code: 0,
      said: 'FIXED delivery/1 held in 1 run; in 2 more not every fault landed\n',
    })
  })

  it('shows nothing where a fault never landed, and says which', () => {
    expect(concluded([ran([]), ran([])])).toEqual({
      code: 3,
      said:
        'ERROR nothing was violated, but the plan did not happen in 2 runs: ' +
        'reset on publish, 300 ms after traffic began, did not land\n',
    })
  })

  it('needs no fault that did not land when the plan failed either', () => {
    expect(concluded([ran([])], { idle: new Set([0]) }).said).toBe('FIXED delivery/1 held in 1 run\n')
  })

  it('shows nothing of a clause that the adapter does not claim', () => {
    expect(concluded([ran([LANDED])], { judged: ['retry/1'] })).toEqual({
      code: 3,
      said: 'ERROR delivery/1 is not among what this adapter claims\n',
    })
  })

  it('shows nothing where faults were left out for want of dead letters', () => {
    const more = { ...plan, faults: [fault, { ...fault, role: 'deadletter' as const }] }
    const { code, said } = concluded([ran([LANDED])], { plan: more })
    expect([code, said]).toEqual([
      3,
      expect.stringMatching(/^ERROR the plan has faults on the way to the dead letters/),
    ])
  })

  it('shows nothing where the harness failed, or nothing was run', () => {
    expect(concluded([ran([LANDED]), ran([], { error: 'no port' })])).toEqual({ code: 3, said: 'ERROR no port\n' })
    expect(concluded([])).toEqual({ code: 3, said: 'ERROR nothing was run\n' })
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
