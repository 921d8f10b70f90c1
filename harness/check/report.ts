import type { Finding, Violation } from './check.ts'

/** Violations that a finding keeps; the others are only counted. */
export const KEPT_VIOLATIONS = 5

/** Where a detector tells what it found. */
export interface Report {
  /** The situation that the clause speaks of occurred, `times` times (default 1). */
  occasion(times?: number): void
  violation(violation: Omit<Violation, 'clause'>): void
  finding(): Finding
}

export function createReport(clause: string): Report {
  const kept: Violation[] = []
  let occasions = 0
  let count = 0
  return {
    occasion: (times = 1) => {
      occasions += times
    },
    violation: (violation) => {
      count += 1
      if (kept.length < KEPT_VIOLATIONS) kept.push({ clause, ...violation })
    },
    finding: () => ({ occasions, violations: kept, violationCount: count }),
  }
}
