import type { Violation } from '../check/check.ts'
import { KEPT_VIOLATIONS } from '../check/report.ts'
import type { FaultCounts } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'

export interface ClauseTally {
  readonly occasions: number
  readonly violations: readonly Violation[]
  readonly violationCount: number
}

const NOTHING: ClauseTally = { occasions: 0, violations: [], violationCount: 0 }

/** The sum of many runs. */
export interface Tally {
  readonly runs: number
  readonly events: number
  /** Publish requests that were counted as they reached the system. */
  readonly requests: number
  readonly faults: { readonly landed: FaultCounts; readonly missed: number }
  /** The first failure of harness or site, which is no verdict on the adapter. */
  readonly error: string | null
  clause(id: string): ClauseTally
  /** A run with an error counts for nothing else: it says nothing about the adapter. */
  add(outcome: RunOutcome): void
}

function sum(
  one: ClauseTally,
  finding: { readonly occasions: number; readonly violations: readonly Violation[]; readonly violationCount?: number },
): ClauseTally {
  return {
    occasions: one.occasions + finding.occasions,
    violations: [...one.violations, ...finding.violations].slice(0, KEPT_VIOLATIONS),
    violationCount: one.violationCount + (finding.violationCount ?? finding.violations.length),
  }
}

class RunningTally implements Tally {
  #runs = 0
  #events = 0
  #requests = 0
  #missed = 0
  #error: string | null = null
  readonly #landed: Record<string, number> = {}
  readonly #clauses = new Map<string, ClauseTally>()

  get runs(): number {
    return this.#runs
  }
  get events(): number {
    return this.#events
  }
  get requests(): number {
    return this.#requests
  }
  get faults(): Tally['faults'] {
    return { landed: { ...this.#landed }, missed: this.#missed }
  }
  get error(): string | null {
    return this.#error
  }

  clause(id: string): ClauseTally {
    return this.#clauses.get(id) ?? NOTHING
  }

  add(outcome: RunOutcome): void {
    if (outcome.error !== null) {
      this.#error ??= outcome.error
      return
    }
    this.#runs += 1
    this.#events += outcome.events
    this.#requests += outcome.requests ?? 0
    this.#missed += outcome.faults.missed
    for (const [kind, count] of Object.entries(outcome.faults.landed)) {
      this.#landed[kind] = (this.#landed[kind] ?? 0) + count
    }
    for (const [id, finding] of Object.entries(outcome.findings)) this.#clauses.set(id, sum(this.clause(id), finding))
  }
}

export const createTally = (): Tally => new RunningTally()
