import { MOST_KEPT_OF_EACH } from '../../claims.ts'
import type { LongUseOf } from '../../events/host.ts'
import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'

/** Rounds at the beginning in which a bus sets up what it keeps for good, and the engine what it needs to run the code. */
const WARM_UP = 2
/** To be judged, after those. */
const FEWEST_ROUNDS = 3
/**
 * The least that each round must add where something leaks, as a share of the limit for all: tables grow by leaps, but what they hold
 * grows with every round, whereas tables of a bus that forgets shrink again.
 */
const EVERY_ROUND = 3 / 8
/** What the harness itself keeps of a round, bytes: its event. By as much more every round must grow. */
const OF_A_ROUND = 600

type Used = EventOf<'used'>

/** resources/10: a bus that stays open keeps nothing of what it has done with. */
export const used: Check = {
  clause: 'resources/10',
  file: import.meta.url,
  detect: (_ledger, report) => {
    const rounds = new Map<LongUseOf, Used[]>()
    return {
      takes: ['used'],
      step(event) {
        if (event.type === 'used') rounds.set(event.of, [...(rounds.get(event.of) ?? []), event])
      },
      end() {
        for (const [of, all] of rounds) {
          const weighed = afterWarmUp(all)
          if (weighed.length <= FEWEST_ROUNDS) continue
          report.occasion()
          report.kind(of)
          judge(report, weighed, of === 'message' ? [] : afterWarmUp(rounds.get('message') ?? []))
        }
      },
    }
  },
}

/** The last round of the warm-up, from which growth counts, and those after it. */
const afterWarmUp = (all: readonly Used[]): readonly Used[] => all.slice(WARM_UP - 1)

interface Quantity {
  readonly what: string
  readonly of: (event: Used) => number
  /** What it may grow by with each use. */
  readonly limit: number
  /** What it grows by with each round that is none of the bus's doing. */
  readonly harness: number
}

/** `plain`: the same for messages that are like any other; what is kept of each of these is not told again. */
function judge(report: Report, weighed: readonly Used[], plain: readonly Used[]): void {
  const kinds = new Set(weighed.flatMap(({ alive }) => Object.keys(alive)))
  const objects = [...kinds].map(
    (what): Quantity => ({ what, of: ({ alive }) => alive[what] ?? 0, limit: 1 / 2, harness: 0 }),
  )
  const bytes: Quantity = { what: 'bytes', of: (event) => event.bytes, limit: MOST_KEPT_OF_EACH, harness: OF_A_ROUND }
  const isApart = [...weighed, ...plain].every(({ apart }) => apart)
  const leaking = [...objects, ...(isApart ? [bytes] : [])].find((one) => leakIn(one, weighed, plain) !== null)
  if (leaking !== undefined) tell(report, leaking, weighed, leakIn(leaking, weighed, plain) ?? 0)
}

/** By how much it grows with each use, round by round. */
const growthIn = ({ of, harness }: Quantity, weighed: readonly Used[]): readonly number[] =>
  weighed.slice(1).map((event, index) => (of(event) - of(weighed[index] ?? event) - harness) / event.times)

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** What is kept of each use, beyond what is kept of any message; null if that is no leak. */
function leakIn(quantity: Quantity, weighed: readonly Used[], plain: readonly Used[]): number | null {
  const growth = growthIn(quantity, weighed)
  const most = Math.max(...weighed.map(({ times }) => times))
  const beyond = Math.max(0, mean(growthIn(quantity, plain)))
  const leak = mean(growth) - beyond
  const goesOn = Math.min(...growth) >= Math.max(EVERY_ROUND * (beyond + quantity.limit), quantity.harness / most)
  return leak >= quantity.limit && goesOn ? leak : null
}

function tell(report: Report, { what, of, limit }: Quantity, weighed: readonly Used[], leak: number): void {
  const [first, last] = [weighed[0], weighed.at(-1)]
  if (first === undefined || last === undefined) return
  const uses = weighed.slice(1).reduce((sum, { times }) => sum + times, 0)
  const one = what === 'bytes' ? `${Math.round(leak)} bytes` : `${leak.toFixed(1)} ${what}`
  report.violation({
    message: `the open bus leaks: it keeps ${one} of each ${last.of}`,
    expected:
      what === 'bytes' ? `at most ${limit} bytes more with each ${last.of}` : `no more ${what} alive than before`,
    actual: `${of(first)} ${what} after round ${first.round + 1}, ${of(last)} after round ${last.round + 1}, of ${uses} uses between them`,
    node: last.node,
    at: last.at,
  })
}
