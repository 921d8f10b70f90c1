import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import { createTally } from '../certificate/tally.ts'
import { createDeadline } from '../deadline.ts'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from '../history/header.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { type ExplainAllOptions, type Explained, explainAll } from './explain-all.ts'
import type { Found } from './find.ts'
import { readFailure } from './stored.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['bursts'] }, 1, 1)
const header = { type: 'run', prefix: 'sim-' } as RunHeader
const history = (at = 1) => ({ header, events: [{ type: 'end', at } satisfies Event] })
const broken = (one: Plan, clause = 'delivery/1', at = 1): RunOutcome =>
  outcomeOf(one, { findings: { [clause]: foundTimes(clause, 1, 1) }, history: history(at) })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-explain-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

function explained(
  execute: Execute,
  more: Partial<ExplainAllOptions> = {},
  clauses = ['delivery/1'],
): Promise<Explained> {
  const failures = clauses.map((clause) => ({ clause, outcome: broken(plan, clause) }))
  return explainedOf(failures, execute, more)
}

function explainedOf(
  failures: Found['failures'],
  execute: Execute,
  more: Partial<ExplainAllOptions> = {},
): Promise<Explained> {
  const found: Found = { tally: createTally(), failures, diverged: null, ended: 'failed' }
  return explainAll(found, {
    execute,
    claims: exampleClaims,
    kind: 'simulated',
    budget: 60_000,
    repetitions: more.kind === 'real' ? 5 : 1,
    store: folder,
    about: { adapter: './bus.ts', site: 'simulated', servers: 1, level: 'core', seed: 7 },
    onPhase: () => undefined,
    ...more,
  })
}

describe('a failure', () => {
  test('is confirmed, shrunk, told, stored, and carried by its certificate', async () => {
    const phases: string[] = []
    const { failures, divergence, notes } = await explained(async (one) => broken(one), {
      onPhase: (phase) => phases.push(phase),
    })
    const [failure] = failures
    expect(failure).toMatchObject({
      clause: 'delivery/1',
      adapter: './bus.ts',
      servers: 1,
      confirmed: { failed: 1, of: 1 },
      shrunk: { ended: 'minimal', to: { messages: 0, faults: 0, consumers: 1 } },
      missed: [],
    })
    expect([divergence, notes, phases]).toEqual([null, [], ['confirming', 'shrinking']])
    const stored = await readFailure(failure?.id ?? '', folder)
    expect([stored.plan, stored.story, failure?.folder]).toEqual([failure?.plan, failure?.story, stored.folder])
  })

  test('of real clocks that did not come again stands, and story and certificate say so', async () => {
    const { failures, notes } = await explained(async (one) => outcomeOf(one), { kind: 'real' })
    expect(failures[0]).toMatchObject({ confirmed: { failed: 0, of: 5 }, shrunk: { ended: 'not reproduced' } })
    expect(failures[0]?.story).toContain('reproduced  0 of 5: observed once, but not reproduced in 5 runs')
    expect(notes).toEqual([
      'delivery/1 was violated once and not reproduced in 5 runs of the same plan; the violation stands, because its history is recorded.',
    ])
  })

  test('of real clocks is told with the rate of the plan that is kept, not of the one that was found', async () => {
    const runsOf = new Map<string, number>()
    const execute: Execute = async (one) => {
      const text = JSON.stringify(one)
      const run = (runsOf.get(text) ?? 0) + 1
      runsOf.set(text, run)
      // What is small fails two times of three.
      return one.messages.length > 0 || run % 3 !== 0 ? broken(one) : outcomeOf(one)
    }
    const { failures } = await explained(execute, { kind: 'real' })
    expect(failures[0]?.plan.messages).toEqual([])
    const { failed = 0, of = 0 } = failures[0]?.confirmed ?? {}
    expect([failed > 0, failed < of, of]).toEqual([true, true, 5])
  })

  test('of real clocks keeps the plan that was found where no smaller one comes again', async () => {
    const runsOf = new Map<string, number>()
    const execute: Execute = async (one) => {
      const text = JSON.stringify(one)
      const run = (runsOf.get(text) ?? 0) + 1
      runsOf.set(text, run)
      return run <= 2 || text === JSON.stringify(plan) ? broken(one) : outcomeOf(one)
    }
    const { failures } = await explained(execute, { kind: 'real' })
    expect(failures[0]).toMatchObject({ plan, confirmed: { failed: 5, of: 5 }, shrunk: { ended: 'unsteady' } })
    expect(failures[0]?.story.join(' ')).toContain('not shrunk, because no smaller plan was reproduced')
  })

  test('is stored as it was found where one interrupts its confirmation', async () => {
    const stop = new AbortController()
    const execute: Execute = async (one) => {
      stop.abort()
      return outcomeOf(one, { error: 'interrupted' })
    }
    const { failures, notes } = await explained(execute, { kind: 'real', signal: stop.signal })
    expect(failures[0]).toMatchObject({ confirmed: { failed: 0, of: 0 }, shrunk: { ended: 'interrupted' }, plan })
    expect(notes.join()).toContain('Interrupted before all failures were confirmed and shrunk')
    expect((await readFailure(failures[0]?.id ?? '', folder)).plan).toEqual(plan)
  })

  test('is told as it was found where the time is up', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    using deadline = createDeadline(1_000)
    vi.advanceTimersByTime(1_000)
    let runs = 0
    const execute: Execute = async (one) => {
      runs += 1
      return broken(one)
    }
    const { failures, notes } = await explained(execute, {
      kind: 'real',
      left: deadline.left,
      signal: deadline.signal,
    })
    expect(runs).toBe(0)
    expect(failures[0]).toMatchObject({ confirmed: { failed: 0, of: 0 }, shrunk: { ended: 'budget' }, plan })
    expect(failures[0]?.story.join('\n')).toContain('not shrunk, the time was up')
    expect(notes.join()).toContain('The time was up before all failures were confirmed and shrunk')
  })

  test('is told as it was found where nobody asks for more', async () => {
    let runs = 0
    const execute: Execute = async (one) => {
      runs += 1
      return broken(one)
    }
    const { failures } = await explained(execute, { kind: 'real', budget: 0 })
    expect(runs).toBe(0)
    expect(failures[0]).toMatchObject({ confirmed: { failed: 0, of: 0 }, shrunk: { ended: 'unasked' }, plan })
    expect(failures[0]?.story.join('\n')).toContain('not shrunk, as nobody asked for it')
  })

  test('is shrunk for so long that its smallest plan can be run as often as it was, within the time of the whole', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    using deadline = createDeadline(25_000)
    const execute: Execute = async (one) => {
      vi.advanceTimersByTime(1_000)
      return one.messages.length > 2 ? broken(one) : outcomeOf(one)
    }
    const more = { kind: 'real', left: deadline.left, signal: deadline.signal } as const
    const { failures } = await explained(execute, more, ['delivery/1'])
    expect(deadline.signal.aborted).toBe(false)
    expect(failures[0]).toMatchObject({ confirmed: { failed: 5, of: 5 }, shrunk: { ended: 'budget' } })
    expect(failures[0]?.plan).not.toEqual(plan)
  })

  test('is stored as small as it is where one interrupts while it is shrunk', async () => {
    const stop = new AbortController()
    let runs = 0
    const execute: Execute = async (one) => {
      runs += 1
      if (runs === 4) stop.abort()
      return broken(one)
    }
    const { failures } = await explained(execute, { signal: stop.signal }, ['delivery/1', 'ordering/1'])
    expect(runs).toBe(4)
    expect(failures.map(({ clause, shrunk }) => [clause, shrunk.ended])).toEqual([
      ['delivery/1', 'interrupted'],
      ['ordering/1', 'interrupted'],
    ])
    const [first, second] = failures
    expect(JSON.stringify(first?.plan).length).toBeLessThan(JSON.stringify(plan).length)
    expect(second?.plan).toEqual(plan)
    expect((await readFailure(first?.id ?? '', folder)).plan).toEqual(first?.plan)
  })

  test.each([
    [1, 'as it was found, neither confirmed nor shrunk'],
    [4, 'with the smallest plan so far'],
  ])('is kept where run %i breaks off, and the next one is explained all the same', async (at, told) => {
    let runs = 0
    const execute: Execute = async (one) => {
      runs += 1
      if (runs === at) throw new Error('the lane has died.')
      return broken(one, one.messages.length > 0 || runs < at ? 'delivery/1' : 'ordering/1')
    }
    const { failures, notes } = await explained(execute, {}, ['delivery/1', 'ordering/1'])
    expect(failures.map(({ clause }) => clause)).toEqual(['delivery/1', 'ordering/1'])
    expect(failures[0]?.shrunk.ended).toBe('broken off')
    expect(failures[0]?.story.join(' ').replaceAll(/\s+/g, ' ')).toContain(', a run was aborted')
    expect(failures[1]?.shrunk.ended).not.toBe('broken off')
    expect(notes).toContain(`delivery/1 is reported ${told}: the lane has died.`)
    expect((await readFailure(failures[0]?.id ?? '', folder)).plan).toEqual(failures[0]?.plan)
  })

  test('is told all the same where it cannot be stored', async () => {
    await writeFile(join(folder, 'file'), '')
    const { failures } = await explained(async (one) => broken(one), { store: join(folder, 'file') })
    expect(failures[0]?.folder).toBeNull()
    expect(failures[0]?.story.at(-1)).toMatch(/^It could not be stored: .*file/)
    expect(failures[0]?.story.join()).not.toContain('busproof replay')
    expect(failures[0]?.plan.messages).toEqual([])
  })

  test('that leaves another history in virtual time is told with both versions', async () => {
    const { failures, divergence } = await explained(async (one) => broken(one, 'delivery/1', 2))
    expect(divergence).toBe(
      'This plan produced another history when it was repeated in virtual time: first "── end ──" at 1 ms, then "── end ──" at 2 ms; ' +
        `see ${failures[0]?.id}`,
    )
    expect(failures[0]?.story.join(' ')).toContain('state that a module keeps from one bus to the next')
    const real = await explained(async (one) => broken(one, 'delivery/1', 2), { kind: 'real' })
    expect(real.divergence).toBeNull()
  })

  test('leaves the folder with what it keeps, and itself', async () => {
    const { failures } = await explained(async (one) => broken(one), {}, ['delivery/1', 'ordering/1'])
    expect((await readdir(folder)).sort()).toEqual(failures.map(({ id }) => id).sort())
    expect((await explained(async (one) => broken(one), { store: null })).failures[0]?.folder).toBeNull()
  })
})

describe('what one run violates', () => {
  const violating = (one: Plan, clauses: readonly string[]): RunOutcome =>
    outcomeOf(one, {
      findings: Object.fromEntries(clauses.map((clause) => [clause, foundTimes(clause, 1, 1)])),
      history: history(),
    })
  const all = ['delivery/1', 'ordering/1', 'fail-fast/5', 'retry/2']
  const together = (execute: Execute, more: Partial<ExplainAllOptions> = {}): Promise<Explained> => {
    const outcome = violating(plan, all)
    const failures = all.map((clause) => ({ clause, outcome }))
    return explainedOf(failures, execute, more)
  }
  const headsOf = ({ failures }: Explained) =>
    failures.map(({ clause, also }) => [clause, also.map((one) => one.clause)])

  test('is one story, of the cause, as far as the smallest plan violates it too', async () => {
    const told = await together(async (one) => violating(one, all))
    expect(headsOf(told)).toEqual([['fail-fast/5', ['retry/2', 'ordering/1', 'delivery/1']]])
    const [failure] = told.failures
    expect(failure?.story).toContain('also failed retry/2: retry/2 is broken 0')
    expect(failure?.also.every(({ story }) => story === undefined)).toBe(true)
    const stored = await readFailure(failure?.id ?? '', folder)
    expect(stored.failure.also).toEqual(failure?.also)
    expect(stored.story).toEqual(failure?.story)
  })

  test('is told by itself where the smallest plan of the cause does not violate it', async () => {
    // Three messages are needed for the crash, and what came with it; none for the rest.
    const execute: Execute = async (one) => violating(one, one.messages.length > 2 ? all : ['ordering/1', 'delivery/1'])
    const apart = await together(async (one) =>
      violating(one, one.messages.length > 2 ? all : ['fail-fast/5', 'retry/2']),
    )
    expect(headsOf(apart)).toEqual([
      ['fail-fast/5', ['retry/2']],
      ['ordering/1', ['delivery/1']],
    ])
    expect(apart.failures.map(({ plan: { messages } }) => messages.length)).toEqual([0, 3])
    expect(headsOf(await together(execute))).toEqual([['fail-fast/5', ['retry/2', 'ordering/1', 'delivery/1']]])
  })

  test('begins with what came again, whatever may be its cause', async () => {
    const told = await together(async (one) => violating(one, ['delivery/1', 'ordering/1']), { kind: 'real' })
    expect(headsOf(told)).toEqual([
      ['ordering/1', ['delivery/1']],
      ['fail-fast/5', ['retry/2']],
    ])
    expect(told.failures.map(({ confirmed }) => confirmed.failed)).toEqual([5, 0])
    expect(told.notes.map((note) => note.split(' ')[0])).toEqual(['fail-fast/5', 'retry/2'])
  })

  test('is told as found, in one story, where there is no time', async () => {
    expect(headsOf(await together(async (one) => outcomeOf(one), { budget: 0 }))).toEqual([
      ['fail-fast/5', ['retry/2', 'ordering/1', 'delivery/1']],
    ])
  })

  test('has a story each where whole ones are asked for', async () => {
    const { failures } = await together(async (one) => violating(one, all), { full: true })
    expect(failures[0]?.also.map(({ story }) => story?.[0])).toEqual([
      expect.stringMatching(/^retry\/2 MUST/),
      expect.stringMatching(/^ordering\/1 MUST/),
      expect.stringMatching(/^delivery\/1 MUST/),
    ])
  })
})

test('a plan that left two histories is shrunk for as long as it does that', async () => {
  let runs = 0
  const execute: Execute = async (one) => outcomeOf(one, { history: history(one.messages.length > 2 ? runs++ : 0) })
  const violation = { clause: 'determinism', message: 'two histories', expected: 'a', actual: 'b', ops: [], at: 1 }
  const diverged = outcomeOf(plan, {
    findings: { determinism: { occasions: 1, violations: [violation] } },
    history: history(),
  })
  const found: Found = { tally: createTally(), failures: [], diverged, ended: 'error' }
  const { failures, divergence } = await explainAll(found, {
    execute,
    claims: exampleClaims,
    kind: 'simulated',
    budget: 60_000,
    repetitions: 1,
    store: null,
    about: { adapter: './bus.ts', site: 'simulated', servers: 1, level: 'core', seed: 7 },
    onPhase: () => undefined,
  })
  expect(failures).toMatchObject([{ clause: 'determinism', confirmed: { failed: 1, of: 1 } }])
  expect(failures[0]?.plan.messages).toHaveLength(3)
  // Of the plan that is stored, not of the one that was found.
  expect(divergence).toMatch(
    /from line 2 of history\.jsonl on: first "── end ──" at \d+ ms, as in the first run, then "── end/,
  )
  expect(divergence).toContain(`; see ${failures[0]?.id}`)
})
