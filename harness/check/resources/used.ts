import { MOST_KEPT_OF_EACH } from '../../claims.ts'
import type { LongUseOf } from '../../events/host.ts'
import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'

/** What is set up once may come as late as the first round. */
const FEWEST_ROUNDS = 3
/**
 * The least that each round must add where something leaks, as a share of the limit for all: tables grow by leaps, but what they hold
 * grows with every round, whereas tables of a bus that forgets shrink again.
 */
const EVERY_ROUND = 3 / 8
/** What the harness itself keeps of a round, bytes: its event. */
const OF_A_ROUND = 1_024

/** resources/10: a bus that stays open keeps nothing of what it has done with. */
export const used: Check = {
  clause: 'resources/10',
  file: import.meta.url,
  detect: (_ledger, report) => {
    const rounds = new Map<LongUseOf, EventOf<'used'>[]>()
    return {
      takes: ['used'],
      step(event) {
        if (event.type !== 'used') return
        rounds.set(event.of, [...(rounds.get(event.of) ?? []), event])
      },
      end() {
        const judged = [...rounds].filter(([, weighed]) => weighed.length >= FEWEST_ROUNDS)
        const plain = new Map(judged).get('message') ?? null
        for (const [of, weighed] of judged) {
          report.occasion()
          report.kind(of)
          judge(report, weighed, of === 'message' ? null : plain)
        }
      },
    }
  },
}

/** `plain`: the same for messages that are like any other; what is kept of these is not told again. */
function judge(report: Report, weighed: readonly EventOf<'used'>[], plain: readonly EventOf<'used'>[] | null): void {
  const kinds = new Set(weighed.flatMap(({ alive }) => Object.keys(alive)))
  for (const what of kinds) {
    const of = ({ alive }: EventOf<'used'>): number => alive[what] ?? 0
    if (tell(report, weighed, { what, beyond: plain === null ? 0 : growthIn(plain, of), of, limit: 1 / 2 })) return
  }
  if (![...weighed, ...(plain ?? [])].every(({ apart }) => apart)) return
  const of = ({ bytes }: EventOf<'used'>): number => bytes
  tell(report, weighed, {
    what: 'bytes',
    beyond: plain === null ? 0 : growthIn(plain, of),
    of,
    limit: MOST_KEPT_OF_EACH,
  })
}

interface Series {
  readonly what: string
  readonly of: (event: EventOf<'used'>) => number
  /** What it may grow by with each. */
  readonly limit: number
  /** What it grows by with each message. */
  readonly beyond: number
}

const timesIn = (weighed: readonly EventOf<'used'>[]): number =>
  weighed.slice(1).reduce((sum, { times }) => sum + times, 0)

/** With each, after the first round. */
function growthIn(weighed: readonly EventOf<'used'>[], of: Series['of']): number {
  const [first, last] = [weighed[0], weighed.at(-1)]
  return first === undefined || last === undefined ? 0 : (of(last) - of(first)) / timesIn(weighed)
}

/** Whether there was something to tell. */
function tell(report: Report, weighed: readonly EventOf<'used'>[], { what, of, limit, beyond }: Series): boolean {
  const last = weighed.at(-1)
  const growth = growthIn(weighed, of) - Math.max(0, beyond)
  if (last === undefined || growth < limit) return false
  const least = (times: number): number =>
    Math.max(EVERY_ROUND * (beyond + limit) * times, what === 'bytes' ? OF_A_ROUND : 0)
  const grows = (event: EventOf<'used'>, index: number): boolean =>
    of(event) - of(weighed[index] ?? event) >= least(event.times)
  if (!weighed.slice(1).every(grows)) return false
  const one = what === 'bytes' ? `${Math.round(growth)} bytes` : `${growth.toFixed(1)} ${what}`
  report.violation({
    message: `the open bus leaks: it keeps ${one} of each ${last.of}`,
    expected: limit < 1 ? `no more ${what} alive than before` : `at most ${limit} bytes more with each ${last.of}`,
    actual: `${of(weighed[0] ?? last)} ${what} after round 1, ${of(last)} after round ${weighed.length}, of ${timesIn(weighed)} uses between them`,
    node: last.node,
    at: last.at,
  })
  return true
}
