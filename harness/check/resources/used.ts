import { growthWith, mayLeak, type Quantity, quantitiesIn, type Used } from '../../events/growth.ts'
import type { LongUseOf } from '../../events/host.ts'
import type { Check, Report } from '../check.ts'

/** With fewer rounds, they ended because nothing grew. */
const ROUNDS = 8
/** So many of them in a row must grow; before, a bus sets up what it keeps for good, and the engine what it needs to run the code. */
const JUDGED = 4
/** So many rounds after them the series goes on where each adds something. */
const SHOWN_AFTER = 2

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
        for (const [of, weighed] of rounds) {
          if (weighed.length < 2) continue
          report.occasion()
          report.kind(of)
          judge(report, weighed, of === 'message' ? [] : (rounds.get('message') ?? []))
        }
      },
    }
  },
}

/** The first quantity that leaks is told. `plain`: the same for messages that are like any other. */
function judge(report: Report, weighed: readonly Used[], plain: readonly Used[]): void {
  for (const quantity of quantitiesIn([...weighed, ...plain])) {
    const leak = leakIn(quantity, weighed)
    if (leak === null) continue
    // What is kept of any message is not told again.
    const beyond = leak.ofEach - (leakIn(quantity, plain)?.ofEach ?? 0)
    if (beyond < quantity.limit) continue
    tell(report, quantity, { ...leak, ofEach: beyond })
    return
  }
}

interface Leak {
  /** The round before it is seen, and the last one in which it is. */
  readonly from: Used
  readonly to: Used
  readonly uses: number
  readonly ofEach: number
}

function leakIn(quantity: Quantity, weighed: readonly Used[]): Leak | null {
  // The rounds after it show whether a leap of memory was one for good.
  const latest = Math.max(ROUNDS, weighed.length - SHOWN_AFTER)
  for (let end = ROUNDS; end <= latest; end++) {
    const leak = leakBefore(quantity, weighed, end)
    if (leak === null || leak.ofEach < quantity.limit) continue
    // Over all rounds since: a leap that later ones take back, or do not repeat, was no leak.
    if (meanGrowth(quantity, weighed.slice(end - JUDGED - 1)) >= quantity.limit) return leak
  }
  return null
}

/** With each use, from the first of these rounds to the last. */
function meanGrowth(quantity: Quantity, [from, ...rounds]: readonly Used[]): number {
  let [before, sum] = [from, 0]
  for (const event of rounds) {
    if (before !== undefined) sum += growthWith(quantity, before, event)
    before = event
  }
  return sum / rounds.length
}

/** In the rounds before this index; null where one of them does not grow. What is freed late counts half to the round before. */
function leakBefore(quantity: Quantity, weighed: readonly Used[], end: number): Leak | null {
  const [earlier, from, ...rounds] = weighed.slice(end - JUDGED - 2, end)
  if (earlier === undefined || from === undefined) return null
  let before = growthWith(quantity, earlier, from)
  let [to, uses] = [from, 0]
  for (const event of rounds) {
    const growth = growthWith(quantity, to, event)
    if (!mayLeak(quantity, (before + growth) / 2, event)) return null
    before = growth
    ;[to, uses] = [event, uses + event.times]
  }
  return { from, to, uses, ofEach: meanGrowth(quantity, [from, ...rounds]) }
}

function tell(report: Report, { what, of, limit }: Quantity, { from, to, uses, ofEach }: Leak): void {
  const [one, expected] =
    what === 'bytes'
      ? [`${Math.round(ofEach)} bytes`, `at most ${limit} bytes more with each ${to.of}`]
      : [`${ofEach.toFixed(1)} ${what}`, `no more ${what} alive than before`]
  report.violation({
    message: `the open bus leaks: it keeps ${one} of each ${to.of}`,
    expected,
    actual: `${of(from)} ${what} after round ${from.round + 1}, ${of(to)} after round ${to.round + 1}, of ${uses} uses between them`,
    node: to.node,
    at: to.at,
  })
}
