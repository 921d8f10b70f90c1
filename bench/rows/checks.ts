import memory from '../../adapters/memory/index.ts'
import { judge } from '../../harness/check/index.ts'
import type { Event } from '../../harness/history/event.ts'
import { longHeader, longHistory, shapeOf } from '../long-history.ts'
import { type Found, inShort, median, meets, type Row, timed } from '../row.ts'

const header = longHeader(memory)

interface Judged {
  readonly events: number
  /** Events a second. */
  readonly rate: number
  /** Of the history as it is kept. */
  readonly bytesAnEvent: number
}

const used = (): number => {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

function judged(size: number, repeats: number): Judged {
  const before = used()
  const events: Event[] = []
  longHistory(shapeOf(size), header, (event) => events.push(event))
  const bytesAnEvent = (used() - before) / events.length
  let violations = 0
  const seconds = timed(repeats, () => {
    violations = Object.values(judge(header, events)).reduce((sum, found) => sum + found.violations.length, 0)
  })
  if (violations > 0) throw new Error(`a correct bus is found wanting ${violations} times: the bench measures nothing`)
  return { events: events.length, rate: events.length / median(seconds), bytesAnEvent }
}

export const row: Row = {
  name: 'checks',
  what: 'all checks over a history in memory',
  goal: '≥ 10 M events/s on one core, ≤ 40 bytes an event; cost per event at 100 M ≤ 2 × that at 1 M',
  async run(): Promise<Found> {
    judged(50_000, 3)
    const [small, million, ten] = [judged(100_000, 5), judged(1_000_000, 3), judged(10_000_000, 1)]
    const cost = million.rate / ten.rate
    return {
      measured: `${inShort(million.rate)} events/s at 1 M events, ${Math.round(million.bytesAnEvent)} bytes an event`,
      meets: meets(million.rate >= 1e7 && million.bytesAnEvent <= 40 && cost <= 2),
      notes: [small, million, ten].map(
        ({ events, rate, bytesAnEvent }) =>
          `${inShort(events)} events: ${inShort(rate)} events/s, ${Math.round(bytesAnEvent)} bytes an event.`,
      ),
    }
  },
}
