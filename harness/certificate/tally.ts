import type { Finding, Samples, Violation } from '../check/check.ts'
import { addSamples, judgePooled } from '../check/pooled.ts'
import { KEPT_VIOLATIONS } from '../check/report.ts'
import type { FaultCounts } from '../faults.ts'
import type { RunOutcome } from '../run/outcome.ts'

export interface ClauseTally {
  readonly occasions: number
  readonly kinds: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
  readonly violationCount: number
}

export const NOTHING: ClauseTally = { occasions: 0, kinds: {}, violations: [], violationCount: 0 }

/** The sum of many runs as data. */
export interface TallyParts {
  readonly runs: number
  readonly events: number
  /** Publish requests that were counted as they reached the system. */
  readonly requests: number
  /** Runs whose output was more than is kept, and by how many bytes. */
  readonly dropped: { readonly runs: number; readonly bytes: number }
  readonly faults: { readonly landed: FaultCounts; readonly missed: number }
  /** The first failure of harness or site, which is no verdict on the adapter. */
  readonly error: string | null
  /** What each clause has found, without what only many runs together show. */
  readonly clauses: Readonly<Record<string, Finding>>
}

/** The sum of many runs. */
export interface Tally extends Omit<TallyParts, 'clauses'> {
  /** What the runs together show is among the violations. */
  clause(id: string): ClauseTally
  /** A run with an error counts for nothing else: it says nothing about the adapter. */
  add(outcome: RunOutcome): void
  /** Adds what another tally has summed up. */
  join(parts: TallyParts): void
  parts(): TallyParts
}

type Kinds = ClauseTally['kinds']

const added = (one: Kinds, other: Kinds): Kinds => ({
  ...one,
  ...Object.fromEntries(Object.entries(other).map(([kind, count]) => [kind, (one[kind] ?? 0) + count])),
})

const sum = (
  one: ClauseTally,
  { occasions, kinds = {}, violations, violationCount = violations.length }: Finding,
): ClauseTally => ({
  occasions: one.occasions + occasions,
  kinds: added(one.kinds, kinds),
  violations: [...one.violations, ...violations].slice(0, KEPT_VIOLATIONS),
  violationCount: one.violationCount + violationCount,
})

class RunningTally implements Tally {
  #runs = 0
  #events = 0
  #requests = 0
  #dropped = { runs: 0, bytes: 0 }
  #missed = 0
  #error: string | null = null
  readonly #landed: Record<string, number> = {}
  readonly #clauses = new Map<string, ClauseTally>()
  readonly #samples = new Map<string, Samples>()

  get runs(): number {
    return this.#runs
  }
  get events(): number {
    return this.#events
  }
  get requests(): number {
    return this.#requests
  }
  get dropped(): Tally['dropped'] {
    return this.#dropped
  }
  get faults(): Tally['faults'] {
    return { landed: { ...this.#landed }, missed: this.#missed }
  }
  get error(): string | null {
    return this.#error
  }

  clause(id: string): ClauseTally {
    const found = this.#clauses.get(id) ?? NOTHING
    const samples = this.#samples.get(id)
    const violations = samples === undefined ? [] : judgePooled(id, samples)
    return violations.length === 0 ? found : sum(found, { occasions: 0, violations })
  }

  add({ events, requests = 0, dropped, faults, findings, error }: RunOutcome): void {
    if (error !== null) this.#error ??= error
    else {
      const kept = dropped === undefined ? { runs: 0, bytes: 0 } : { runs: 1, bytes: dropped }
      this.join({ runs: 1, events, requests, dropped: kept, faults, error, clauses: findings })
    }
  }

  join({ runs, events, requests, dropped, faults, error, clauses }: TallyParts): void {
    this.#error ??= error
    this.#runs += runs
    this.#events += events
    this.#requests += requests
    this.#dropped = { runs: this.#dropped.runs + dropped.runs, bytes: this.#dropped.bytes + dropped.bytes }
    this.#missed += faults.missed
    for (const [kind, count] of Object.entries(faults.landed)) {
      this.#landed[kind] = (this.#landed[kind] ?? 0) + count
    }
    for (const [id, finding] of Object.entries(clauses)) {
      this.#clauses.set(id, sum(this.#clauses.get(id) ?? NOTHING, finding))
      if (finding.samples !== undefined) this.#samples.set(id, addSamples(this.#samples.get(id) ?? {}, finding.samples))
    }
  }

  parts(): TallyParts {
    const clauses = [...this.#clauses].map(([id, found]): [string, Finding] => {
      const samples = this.#samples.get(id)
      return [id, samples === undefined ? found : { ...found, samples }]
    })
    const { runs, events, requests, dropped, faults, error } = this
    return { runs, events, requests, dropped, faults, error, clauses: Object.fromEntries(clauses) }
  }
}

export const createTally = (): Tally => new RunningTally()
