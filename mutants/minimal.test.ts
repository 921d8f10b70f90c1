import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Violation } from '../harness/check/check.ts'
import { judge } from '../harness/check/judge.ts'
import { unsaidIn } from '../harness/check/testing/unsaid.case.ts'
import type { Event } from '../harness/events/kinds.ts'
import { outageName } from '../harness/faults.ts'
import type { RunHeader } from '../harness/history/header.ts'
import { rank } from '../harness/history/ranks.ts'
import type { Mutant } from '../harness/mutants.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { stepsIn } from '../harness/plan/size.ts'
import { relevantEvents } from '../harness/report/relevant.ts'
import { drawTimeline } from '../harness/report/timeline.ts'
import { missedIn } from '../harness/run/missed.ts'
import type { RunOutcome } from '../harness/run/outcome.ts'
import { storyOf } from '../harness/search/explain.ts'
import { focus } from '../harness/search/focus.ts'
import { reworded, rewordedRun } from '../harness/search/reworded.case.ts'
import { isReal, loadMutants, MUTANTS_FOLDER } from '../scripts/kill-matrix/collect.ts'
import { leastOf } from '../scripts/shrinking/least.ts'
import { replayAll } from '../scripts/shrinking/replay-all.ts'
import { eventsWithIds } from '../test/fixtures/ids/ids.ts'
import { MINIMAL_PLANS } from './minimal.ts'

/** What no first run of a process shows: the jitter of many runs, and what a process cannot do a second time. */
const SHOWN_BY_MANY = [
  'delivery/opens-once-a-process',
  'retry/jitter-drawn-once-for-all',
  'retry/jitter-fills-half-of-its-range',
  'retry/jitter-from-a-fixed-seed',
  'retry/jitter-is-constant',
  'retry/retries-at-ticks-of-the-clock',
]

interface Shown {
  readonly name: string
  /** What its least plan is called. */
  readonly minimal: string
  readonly must: readonly string[]
  readonly outcome: RunOutcome
  /** That must catch it, and did. */
  readonly clause: string | undefined
}

const shown: Shown[] = []
const without: string[] = []

const caughtBy = (must: readonly string[], { findings }: RunOutcome): string | undefined =>
  must.find((id) => (findings[id]?.violations.length ?? 0) > 0)

async function alone({ name, must }: Mutant, plan: Plan): Promise<Pick<Shown, 'outcome' | 'clause'>> {
  const [outcome] = await replayAll([{ module: new URL(`${name}.ts`, MUTANTS_FOLDER).href, plan }])
  if (outcome === undefined) throw new RangeError(`no outcome of ${name}`)
  return { outcome, clause: caughtBy(must, outcome) }
}

beforeAll(async () => {
  const mutants = (await loadMutants()).filter(({ name }) => !isReal(name))
  const found = await Promise.all(mutants.map(async (mutant) => ({ mutant, least: await leastOf(mutant.name) })))
  without.push(...found.flatMap(({ mutant, least }) => (least === null ? [mutant.name] : [])))
  const withLeast = found.flatMap(({ mutant, least }) => (least === null ? [] : [{ mutant, least }]))
  const outcomes = await replayAll(
    withLeast.map(({ mutant, least }) => ({
      module: new URL(`${mutant.name}.ts`, MUTANTS_FOLDER).href,
      plan: least.plan,
    })),
  )
  for (const [index, { mutant, least }] of withLeast.entries()) {
    const outcome = outcomes[index]
    if (outcome === undefined) throw new RangeError(`no outcome of ${mutant.name}`)
    const first = { name: mutant.name, minimal: least.name, must: mutant.must, outcome }
    const clause = caughtBy(mutant.must, outcome)
    if (clause !== undefined || least.plan.uses === 0) shown.push({ ...first, clause })
    // What a thread adds to memory that has run hundreds of others may hide a small leak: one of its own shows it.
    else shown.push({ ...first, ...(await alone(mutant, least.plan)) })
  }
}, 300_000)

describe('the least plan of every mutant', () => {
  test('is there, but for what only many runs together show', () => {
    expect(without).toEqual(SHOWN_BY_MANY)
  })

  test('fails by a clause that must catch it', () => {
    expect(
      shown.filter(({ clause }) => clause === undefined).map(({ name, minimal }) => `${name}: ${minimal}`),
    ).toEqual([])
  })

  test('is used', () => {
    const used = new Set(shown.map(({ minimal }) => minimal))
    expect(Object.keys(MINIMAL_PLANS).filter((name) => !used.has(name))).toEqual([])
  })
})

/** What a run was made to do, as its plan has it and its history proves, in the words that a story must have for it. */
function happenedIn({ plan, history }: RunOutcome): readonly string[] {
  const events = history?.events ?? []
  const missed = new Set(missedIn(plan, events).map(({ number }) => number))
  const began = (test: (event: Event) => boolean): boolean => events.some(test)
  const nodeOf = (node: number): string => `n${node % plan.nodes}`
  const acts = [
    ...plan.faults.map(({ kind, role }) => `✖ ${kind} on ${role}`),
    ...plan.outages.map(({ kind }) => `✖ ${outageName(kind)}`),
    ...plan.kills.map(({ node }) => `the process of ${nodeOf(node)} is killed`),
  ].filter((_, number) => !missed.has(number))
  return [
    ...acts,
    ...plan.closes.map(({ node }) => `${nodeOf(node)} close()`),
    ...plan.consumers.flatMap(({ leaveAt }, index) => {
      const consumer = `c${index}`
      const left = began((event) => event.type === 'unsubscribe' && event.consumer === consumer)
      return leaveAt !== null && left ? [`${consumer} leaves`] : []
    }),
    ...plan.messages.flatMap(({ abortAfter }, index) => {
      const op = `m${index}`
      return abortAfter !== null && began((event) => event.type === 'abort' && event.op === op) ? [`aborts ${op}`] : []
    }),
    ...(plan.forces ?? []).map(
      ({ node, isolated }) => `${nodeOf(node)} ${isolated === null ? 'resets' : 'forces open'} its breaker by hand`,
    ),
  ]
}

describe('the story of every mutant', () => {
  const stories = () =>
    shown.flatMap(({ name, outcome, clause }) => {
      const violation = clause === undefined ? undefined : outcome.findings[clause]?.violations[0]
      if (clause === undefined || violation === undefined) return []
      return [{ name, violation, outcome, story: storyOf(outcome, clause) }]
    })

  test('names each fault, outage, kill, close, leave, abort and breaker operated by hand of its plan', () => {
    const silent = stories().flatMap(({ name, story, outcome }) => {
      const missing = happenedIn(outcome).filter((words) => !story.some((line) => line.includes(words)))
      return missing.length === 0 ? [] : [`${name}: ${missing.join(', ')}`]
    })
    expect(silent).toEqual([])
  })

  test('is told in 25 lines, or a few more', () => {
    const lengths = stories().map(({ name, story }) => [name, story.length] as const)
    expect(lengths.filter(([, length]) => length > 30)).toEqual([])
    expect(lengths.filter(([, length]) => length > 25).length).toBeLessThan(lengths.length / 20)
  })

  test('names the message, or where the clause is about none, the node, consumer, topic or bus', () => {
    const nameless = stories().filter(({ violation: { op = '', clause }, story }) => {
      const said = story.slice(0, story.indexOf('')).join(' ')
      const isOfMessages = !/^(breaker|resources)\//.test(clause) && /^m\d+$/.test(op)
      return isOfMessages
        ? !said.includes(op)
        : !/\b(n\d|c\d|d\d|t\d|m\d|refused-\d|probe-|server|all nodes|every bus|closed buses|the open bus)/.test(said)
    })
    expect(nameless.map(({ name, violation }) => `${name}: ${violation.message}`)).toEqual([])
  })

  test('marks one step, of the message where it has one', () => {
    const strange = stories().flatMap(({ name, violation, story }) => {
      const marked = story.filter((line) => line.startsWith('▶'))
      return marked.length === 1 ? [] : [`${name}: ${violation.message}: ${marked.join(' | ')}`]
    })
    expect(strange).toEqual([])
  })
})

describe('the verdict on every mutant', () => {
  type Said = readonly (readonly [clause: string, occasions: number, violations: readonly unknown[]])[]
  const said = (header: RunHeader, events: readonly Event[]): Said =>
    Object.entries(judge(header, rank(events), { complete: true })).map(([clause, { occasions, violations }]) => [
      clause,
      occasions,
      violations.map(({ ops, at, positions = [] }) => [ops, at, positions.length]),
    ])
  /** Only a witness knows the order of ids. */
  const histories = () =>
    shown
      .map(({ name, outcome }) => ({ name, ...(outcome.history ?? expect.fail(`${name} left no history`)) }))
      .filter(({ header }) => header.witness !== 'none')

  test('is the same where the system gives ids in place of numbers', () => {
    for (const { name, header, events } of histories())
      expect([name, said(header, eventsWithIds(events))]).toEqual([name, said(header, events)])
  })

  test('is so too where the witness reads them after the run', () => {
    for (const { name, header, events } of histories()) {
      const after = { ...header, witness: 'after' } as const
      const read = readAfterwards(events)
      expect([name, said(after, eventsWithIds(read))]).toEqual([name, said(after, read)])
    }
  })
})

/** What a live witness reported as soon as it was stored, and unreadable records, which it need not report: all read at the end. */
function readAfterwards(events: readonly Event[]): readonly Event[] {
  const end = events.filter(({ type }) => type === 'end')
  const at = end[0]?.at ?? 0
  const content = { key: 'null', value: '0x00', headers: '' }
  const found = events.flatMap((event): readonly Event[] => {
    if (event.type === 'stored' || event.type === 'dead-letter') return [{ ...event, at }]
    return event.type === 'poison' ? [{ type: 'stored', at, op: null, position: event.position, content }] : []
  })
  const rest = events.filter(({ type }) => !['stored', 'dead-letter', 'received', 'end'].includes(type))
  return [...rest, ...found, ...end]
}

describe('the sentences of every violation', () => {
  const violations = () =>
    shown.flatMap(({ name, outcome }) =>
      Object.values(outcome.findings).flatMap((finding) =>
        finding.violations.map((violation) => ({ name, violation, outcome, events: outcome.history?.events ?? [] })),
      ),
    )

  test('name nothing that its fields do not carry', () => {
    const unsaid = violations().flatMap(({ name, violation, events }) => {
      const names = unsaidIn(violation, events)
      return names.length === 0 ? [] : [`${name}: ${violation.message}: ${names.join(', ')}`]
    })
    expect(violations().length).toBeGreaterThan(shown.length)
    expect(unsaid).toEqual([])
  })

  test('choose no line of a story', () => {
    const changed = violations().filter(({ violation, events }) => {
      const drawn = (one: Violation): string => drawTimeline(events, one, '', 20).join('\n')
      const weighed = (one: Violation) => relevantEvents(events, one).weighed
      return (
        drawn(violation) !== drawn(reworded(violation)) ||
        !isDeepStrictEqual(weighed(violation), weighed(reworded(violation)))
      )
    })
    expect(changed.map(({ name, violation }) => `${name}: ${violation.message}`)).toEqual([])
  })

  test('choose no plan that is tried to make it smaller', async () => {
    const changed: string[] = []
    for (const { name, outcome, violation } of violations()) {
      const { clause } = violation
      const tried = await guessesAt(outcome, clause)
      if (!isDeepStrictEqual(tried, await guessesAt(rewordedRun(outcome), clause)))
        changed.push(`${name}: ${violation.message}`)
    }
    expect(changed).toEqual([])
  })
})

/** The plans that the shrinker would try first, if none of them failed. */
async function guessesAt(smallest: RunOutcome, clause: string): Promise<readonly Plan[]> {
  const guesses: Plan[] = []
  const attempt = async (plan: Plan): Promise<boolean> => {
    guesses.push(plan)
    return false
  }
  await focus({ smallest, clause, steps: stepsIn(smallest.plan), attempt, detour: async (plan) => void attempt(plan) })
  return guesses
}
