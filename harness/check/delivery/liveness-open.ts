import type { SeenError } from '../../events/parts.ts'
import type { Report } from '../check.ts'
import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'

interface Opening {
  readonly at: number
  /** Null while it is pending. */
  settled: { readonly at: number; readonly error: SeenError | null } | null
}

export interface Openings {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  judge(ledger: Ledger, report: Report): void
}

/** Nodes open only while no fault is active, so each opening succeeds. */
export function createOpenings(): Openings {
  const openings = new Map<string, Opening>()
  return {
    takes: ['open', 'opened'],
    step(event) {
      if (event.type === 'open') openings.set(event.node, { at: event.at, settled: null })
      const opening = event.type === 'opened' ? openings.get(event.node) : undefined
      if (event.type === 'opened' && opening !== undefined)
        opening.settled = { at: event.at, error: event.error ?? null }
    },
    judge({ run, stalls }, report) {
      const { deadline } = run.claims.recovery
      for (const [node, { at, settled }] of openings) {
        if (settled !== null && settled.error === null) continue
        if (stalls.touch(at - deadline, settled?.at ?? at + deadline)) continue
        report.occasion()
        const error = settled?.error
        report.violation({
          message: `the bus of ${node} did not open, but no fault was near`,
          expected: 'open() resolves with a bus',
          actual: error == null ? 'it never settled' : `it rejected: ${error.code ?? 'no code'}, ${error.message}`,
          node,
          at: settled?.at ?? at,
        })
      }
    },
  }
}
