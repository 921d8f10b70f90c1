import memory from '../../adapters/memory/index.ts'
import type { Event } from '../../harness/check/event.ts'
import { judge } from '../../harness/check/judge.ts'
import { createColumns } from '../columns/columns.ts'
import { longHeader, longHistory, shapeOf } from '../long-history.ts'
import { type Found, inShort, median, meets, type Row, timed } from '../row.ts'

const header = longHeader(memory)

interface Measured {
  readonly events: number
  /** Events a second. */
  readonly rate: number
  /** Of the history as it is kept, and of what the checks know when it has ended. */
  readonly bytes: number
}

const used = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The history as its keeper has it, and what a judge of all clauses makes of it. */
function judged(size: number, repeats: number, keep: () => Kept): Measured {
  const before = used()
  const kept = keep()
  longHistory(shapeOf(size), header, kept.append)
  const bytes = (used() - before) / kept.length()
  let violations = 0
  const seconds = timed(repeats, () => {
    violations = Object.values(judge(header, kept.events)).reduce((sum, found) => sum + found.violations.length, 0)
  })
  if (violations > 0) throw new Error(`a correct bus has ${violations} violations: the bench measures nothing`)
  return { events: kept.length(), rate: kept.length() / median(seconds), bytes }
}

interface Kept {
  readonly events: Iterable<Event>
  readonly append: (event: Event) => void
  readonly length: () => number
}

const asColumns = (): Kept => {
  const columns = createColumns()
  return { events: columns, append: columns.append, length: () => columns.length }
}

const asObjects = (): Kept => {
  const events: Event[] = []
  return { events, append: (event) => void events.push(event), length: () => events.length }
}

const told = ({ events, rate, bytes }: Measured, as: string): string =>
  `${inShort(events)} events ${as}: ${inShort(rate)} events/s, ${bytes.toFixed(0)} bytes an event.`

export const row: Row = {
  name: 'checks',
  what: 'all checks over a history in memory',
  goal: '≥ 10 M events/s on one core, ≤ 40 bytes an event; cost per event at 100 M ≤ 2 × that at 1 M',
  async run(): Promise<Found> {
    judged(50_000, 3, asColumns)
    const small = judged(100_000, 5, asColumns)
    const objects = judged(1_000_000, 1, asObjects)
    const million = judged(1_000_000, 3, asColumns)
    const most = judged(4_000_000, 1, asColumns)
    const cost = million.rate / most.rate
    const clauses = Object.keys(judge(header, [])).length
    return {
      measured: `${inShort(million.rate)} events/s, ${million.bytes.toFixed(0)} bytes an event; at 4 M events ${cost.toFixed(2)} × the cost at 1 M`,
      meets: meets(million.rate >= 1e7 && million.bytes <= 40 && cost <= 2),
      notes: [
        `${clauses} clauses, those that the embedded bus claims, over the history of a correct bus: 1,000 keys, 8 partitions, 2 groups and a drain.`,
        told(small, 'as columns'),
        told(million, 'as columns'),
        told(most, 'as columns'),
        told(objects, 'as objects'),
        'The memory goal is met, the speed is not, by a factor of more than a hundred. A profile is flat: what all checks share (`tracker/`) takes 20 %, the collector 15 %, and no check by itself more than 5 % (retry/1 and delivery/6 4.8 %, resources/2 3.2 %, delivery/3 2.8 %, ordering/4 2.7 %). Each check goes through all messages once more at the end, and finds what is known of them in maps of objects by name; linear passes over the columns themselves are not written. What is known is kept to the end, about 700 bytes an event, so that 100 M events do not fit into this machine and were not judged.',
      ],
    }
  },
}
