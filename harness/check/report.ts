import type { Clause } from '../../spec/clause.ts'
import { idOf } from '../history/ranks.ts'
import type { Breach, Finding, Report, Violation } from './check.ts'

/** The number of violations that a finding keeps; others are only counted. */
export const KEPT_VIOLATIONS = 5

export function violationOf(clause: string, { op, others = [], positions, ...breach }: Breach): Violation {
  const ops = [...new Set([op, ...others])].filter((one) => one != null)
  const places = positions?.map((place) => ({ topic: place.topic, partition: place.partition, offset: idOf(place) }))
  return {
    clause,
    ...breach,
    ...(places === undefined ? {} : { positions: places }),
    ...(op == null ? {} : { op }),
    ops,
  }
}

/** Keeps what the detector of one clause reports. */
export function createReport(clause: string, wantedKinds: Clause['kinds'] = {}): Report & { finding(): Finding } {
  const kept: Violation[] = []
  const samples: Record<string, number[]> = {}
  const kinds: Record<string, number> = {}
  let occasions = 0
  let count = 0
  return {
    occasion: (times = 1) => {
      occasions += times
    },
    kind: (name, times = 1) => {
      if (!Object.hasOwn(wantedKinds, name)) throw new RangeError(`${clause} names no kind of occasion "${name}"`)
      if (times > 0) kinds[name] = (kinds[name] ?? 0) + times
    },
    violation: (breach) => {
      count += 1
      if (kept.length < KEPT_VIOLATIONS) kept.push(violationOf(clause, breach))
    },
    sample: (name, place, places) => {
      samples[name] ??= new Array<number>(places).fill(0)
      const counts = samples[name]
      counts[place] = (counts[place] ?? 0) + 1
    },
    finding: () => ({
      occasions,
      ...(Object.keys(kinds).length === 0 ? {} : { kinds }),
      violations: kept,
      violationCount: count,
      ...(Object.keys(samples).length === 0 ? {} : { samples }),
    }),
  }
}
