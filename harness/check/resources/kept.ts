import type { EventOf } from '../../history/event.ts'
import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'

/** Fewer cycles say nothing: what a process sets up once may come late. */
const FEWEST_CYCLES = 20
/** Of the cycles in the later half, how many must have grown: where the collector is late in one, the next one shrinks. */
const SHARE = 2 / 3
/** As if so many had grown, and no other had shrunk, must all have grown together. */
const ALTOGETHER = 0.8
/** What memory may grow by in a cycle, bytes: the harness itself keeps a history of what happens in it. */
const BYTES = 65_536

/** resources/8: what was kept of buses that have closed grows with nearly every one in the later half of a series. */
export const kept: Detect = (_ledger, report) => {
  const weighed: EventOf<'cycle'>[] = []
  return {
    takes: ['cycle'],
    step(event) {
      if (event.type === 'cycle') weighed.push(event)
    },
    end() {
      const last = weighed.at(-1)
      const from = ((last?.cycle ?? 0) + 1) / 2
      const later = weighed.filter(({ cycle }) => cycle >= from)
      if (last === undefined || last.cycle + 1 < FEWEST_CYCLES || later.length < FEWEST_CYCLES / 2) return
      report.occasion()
      const kinds = new Set(later.flatMap(({ alive }) => Object.keys(alive)))
      for (const kind of kinds) {
        judge(report, later, { what: kind, of: ({ alive }) => alive[kind] ?? 0, limit: 0 })
      }
      judge(report, later, { what: 'bytes', of: ({ bytes }) => bytes, limit: BYTES })
    },
  }
}

interface Series {
  readonly what: string
  readonly of: (event: EventOf<'cycle'>) => number
  readonly limit: number
}

function judge(report: Report, later: readonly EventOf<'cycle'>[], { what, of, limit }: Series): void {
  const values = later.map(of)
  const steps = values.slice(1).map((value, index) => value - (values[index] ?? 0))
  const grown = steps.filter((step) => step > limit).length
  const last = later.at(-1)
  if (last === undefined || grown < SHARE * steps.length) return
  const growth = of(last) - (values[0] ?? 0)
  if (growth < ALTOGETHER * steps.length * Math.max(1, limit)) return
  report.violation({
    message: `with nearly every bus that was opened and closed, more ${what} are kept`,
    expected: limit === 0 ? `no more ${what} than before` : `at most ${limit} more ${what} a cycle`,
    actual: `${values[0]} ${what} after cycle ${later[0]?.cycle}, ${values.at(-1)} after cycle ${last.cycle}; more in ${grown} of ${steps.length} cycles`,
    node: last.node,
    at: last.at,
  })
}
