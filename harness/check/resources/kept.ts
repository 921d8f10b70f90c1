import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'

/** Fewer cycles say nothing: what a process sets up once may come late. */
const FEWEST_CYCLES = 20
/** Every other bus closes its consumer first, so that what only one of the two ways keeps comes once in so many cycles. */
const WAYS = 2
/** How many weighings of the later half must show more than {@link WAYS} before: the collector may be late now and then. */
const SHARE = 2 / 3
/** How much of the least growth that is a leak must be there in all. */
const ALTOGETHER = 0.8
/** What memory may grow by in a cycle, bytes: the harness itself keeps a history of what happens in it. */
const BYTES = 65_536

/** resources/8: closed buses are released; what remains must not keep growing in the later half of a series. */
export const kept: Check = {
  clause: 'resources/8',
  file: import.meta.url,
  detect: (_ledger, report) => {
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
  },
}

interface Series {
  readonly what: string
  readonly of: (event: EventOf<'cycle'>) => number
  /** What it may grow by in a cycle. */
  readonly limit: number
}

function judge(report: Report, later: readonly EventOf<'cycle'>[], { what, of, limit }: Series): void {
  const values = later.map(of)
  const steps = values.slice(WAYS).map((value, index) => value - (values[index] ?? 0))
  const grown = steps.filter((step) => step > limit * WAYS).length
  const last = later.at(-1)
  if (last === undefined || grown < SHARE * steps.length) return
  if (!goesOn(values, Math.max(limit, 1 / WAYS))) return
  const alive = limit === 0 ? ' alive' : ''
  const growth = ((values.at(-1) ?? 0) - (values[0] ?? 0)) / (values.length - 1)
  report.violation({
    message: `closed buses leak: ${growthOf(what, growth)}${alive}`,
    expected: limit === 0 ? `no more ${what} alive from cycle to cycle` : `at most ${limit} more ${what} a cycle`,
    actual: `${values[0]} ${what}${alive} after cycle ${later[0]?.cycle}, ${values.at(-1)} after cycle ${last.cycle}`,
    node: last.node,
    at: last.at,
  })
}

/** For texts; `growth`: on average, of a cycle. */
function growthOf(what: string, growth: number): string {
  const one = what === 'buses' ? 'bus' : what.replace(/s$/, '')
  const isNearly = (count: number): boolean => Math.abs(growth - count) <= 0.1
  if (isNearly(1)) return `nearly every cycle leaves one more ${one}`
  if (isNearly(1 / 2)) return `about every other cycle leaves one more ${one}`
  return `on average a cycle leaves ${growth < 10 ? growth.toFixed(1) : Math.round(growth)} more ${what}`
}

/** What is collected late only adds, so that the least of a few weighings is free of it; so is what comes and goes. */
function goesOn(values: readonly number[], least: number): boolean {
  const few = Math.ceil(values.length / 3)
  const growth = Math.min(...values.slice(-few)) - Math.min(...values.slice(0, few))
  return growth >= ALTOGETHER * least * (values.length - few)
}
