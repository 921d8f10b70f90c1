import type { RunHeader } from '../../history/header.ts'
import type { Event } from '../event.ts'
import { listIn } from './moment.ts'

/** When the machine stood still for long enough that time-outs and sessions ran out without anybody's fault. */
export interface Stalls {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  /** Whether one of them has a moment in common with `[from, to]`. Ask at the end. */
  touch(from: number, to: number): boolean
  /** The same of stalls that were too short to run out a time-out by themselves. */
  touchBriefly(from: number, to: number): boolean
}

interface Span {
  readonly from: number
  readonly to: number
}

interface Stall extends Span {
  readonly owner: string
}

export function createStalls({ claims }: RunHeader): Stalls {
  const long = Math.min(claims.publish.timeout, claims.consume.session) / 2
  const isLong = ({ from, to }: Stall): boolean => to - from >= long
  /** Of the processes of nodes: each may have brought itself to a stop, without using the processor or waiting for one. */
  const own: Stall[] = []
  /** Of the harness and of the system, whom no adapter can stop, of nodes that got no processor, and of several nodes at once. */
  const machine: Stall[] = []
  const brief: Stall[] = []
  /** When the machine kept the harness, or a node, from going on. Of the system a slow answer is known, and not why it is slow. */
  const kept = new Map<string, Span[]>()
  let inRows: readonly Span[] | null = null
  const rows = (): readonly Span[] => {
    inRows ??= [...kept.values()].flatMap((spans) => inARow(spans, long))
    return inRows
  }
  return {
    takes: ['stall'],
    step(event) {
      if (event.type !== 'stall') return
      const stall = { owner: event.owner, from: event.from, to: event.at }
      const isOfMachine = event.owner === 'harness' || event.owner === 'server'
      const { waited = 0 } = event
      if (isOfMachine || waited > 0) brief.push(stall)
      inRows = null
      if (event.owner === 'harness') listIn(kept, event.owner).push(stall)
      else if (waited > 0)
        listIn(kept, event.owner).push({ from: Math.max(event.from, event.at - waited), to: event.at })
      if (!isLong(stall)) return
      if (isOfMachine || waited >= long) return void machine.push(stall)
      for (const other of own) {
        const both = { owner: '', from: Math.max(other.from, stall.from), to: Math.min(other.to, stall.to) }
        if (other.owner !== stall.owner && isLong(both)) machine.push(both)
      }
      own.push(stall)
    },
    touch: (from, to) => touches(machine, from, to) || touches(rows(), from, to),
    touchBriefly: (from, to) => touches(brief, from, to),
  }
}

/**
 * Where those of one process, none of which overlaps another, add up to one that counts, within the time that a time-out takes to run out: each
 * delays what the others have delayed.
 */
function inARow(stalls: readonly Span[], long: number): readonly Span[] {
  const found: Span[] = []
  let first = 0
  let sum = 0
  for (const [last, { from, to }] of stalls.entries()) {
    sum += to - from
    for (
      let part = stalls[first];
      part !== undefined && first < last && to - part.from > 2 * long;
      part = stalls[first]
    ) {
      sum -= part.to - part.from
      first += 1
    }
    const part = stalls[first]
    if (part !== undefined && sum >= long) found.push({ from: part.from, to })
  }
  return found
}

const touches = (stalls: readonly Span[], from: number, to: number): boolean =>
  stalls.some((stall) => stall.from <= to && stall.to >= from)
