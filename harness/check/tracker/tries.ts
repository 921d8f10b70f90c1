import { type Circumstances, mayBeStoredTwice, wasTouched } from './causes.ts'
import type { Delivered, Deliveries } from './deliveries.ts'
import { join, mapIn } from './moment.ts'
import type { Operations } from './operations.ts'
import { type Positions, placeOf } from './positions.ts'

/** One call of a handler among those of the same message, at the same place, by the same member. */
export interface Try {
  readonly delivered: Delivered
  /** The call before it in its series; null for the first. */
  readonly before: Delivered | null
  /** As the harness counts: 1 for the first of a tenure, and one more for each further call in it. */
  readonly number: number
  /** The numbers that the adapter may give it: several if it may have restarted the count. */
  readonly possible: readonly number[]
}

/** The harness sees every call of a handler, so it counts them itself. Ask at the end: it takes all that happened. */
export interface Tries {
  of(delivered: Delivered): Try | null
  /** The calls of each message, by place and member, in order. */
  series(): Iterable<readonly Try[]>
}

interface Index {
  readonly size: number
  readonly all: ReadonlyMap<Delivered, Try>
  readonly series: readonly Try[][]
}

interface Known extends Circumstances {
  readonly deliveries: Deliveries
  readonly operations: Operations
  readonly positions: Positions
}

export function createTries(known: Known): Tries {
  const { deliveries } = known
  let index: Index | null = null

  const indexed = () => {
    if (index?.size === deliveries.all.length) return index
    const all = new Map<Delivered, Try>()
    const series: Try[][] = []
    const lines = new Map<string, Map<string, Try[]>>()
    const lineOf = (consumer: string, message: string): Try[] => {
      const own = mapIn(lines, consumer)
      const found = own.get(message)
      if (found !== undefined) return found
      const made: Try[] = []
      own.set(message, made)
      series.push(made)
      return made
    }
    for (const delivered of deliveries.all) {
      if (delivered.op === null) continue
      const line = lineOf(delivered.consumer, messageOf(known, delivered, delivered.op))
      const one = nextTry(known, line.at(-1) ?? null, delivered)
      line.push(one)
      all.set(delivered, one)
    }
    index = { size: deliveries.all.length, all, series }
    return index
  }

  return {
    of: (delivered) => indexed().all.get(delivered) ?? null,
    series: () => indexed().series,
  }
}

/** The adapter's position matters only if a message has several. */
const messageOf = ({ positions }: Known, { position }: Delivered, op: string): string =>
  positions.of(op).length > 1 ? join(op, position === null ? '' : placeOf(position)) : op

function nextTry(known: Known, last: Try | null, delivered: Delivered): Try {
  if (last === null) return { delivered, before: null, number: 1, possible: [1] }
  const { delivered: before, number } = last
  const next = number + 1
  const isRetry = before.handled?.outcome === 'retryable' && before.handled.seq < delivered.began.seq
  const mayBeginAnew = !isRetry || isRedelivered(known, before, delivered)
  const beginsAnew = mayBeginAnew && delivered.attempt === 1
  return { delivered, before, number: beginsAnew ? 1 : next, possible: mayBeginAnew ? [1, next] : [next] }
}

/** Whether something on record explains that a member is given the message again without retrying it. */
export function isRedelivered(known: Known, before: Delivered, next: Delivered): boolean {
  const operation = known.operations.get(before.op)
  if (before.position === null && operation !== undefined && mayBeStoredTwice(known, operation)) return true
  const reassigned = known.groups.reassigned(next.consumer, next.position, before.began.at, next.began.at)
  const to = next.began.at + Math.min(known.run.slack, known.run.claims.consume.session)
  return reassigned ?? wasTouched(known, before.group, before.began.at, to)
}
