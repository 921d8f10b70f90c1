import type { RunHeader } from '../../history/header.ts'
import type { Event } from '../event.ts'

/** When the machine stood still for long enough that time-outs and sessions ran out without anybody's fault. */
export interface Stalls {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  /** Whether one of them has a moment in common with `[from, to]`. Ask at the end. */
  touch(from: number, to: number): boolean
  /** The same of stalls that were too short to run out a time-out by themselves. */
  touchBriefly(from: number, to: number): boolean
}

interface Stall {
  readonly owner: string
  readonly from: number
  readonly to: number
}

export function createStalls({ claims }: RunHeader): Stalls {
  const long = Math.min(claims.publish.timeout, claims.consume.session) / 2
  const isLong = ({ from, to }: Stall): boolean => to - from >= long
  /** Of the processes of nodes: each may have brought itself to a stop, without using the processor or waiting for one. */
  const own: Stall[] = []
  /** Of the harness and of the system, whom no adapter can stop, of nodes that got no processor, and of several nodes at once. */
  const machine: Stall[] = []
  const brief: Stall[] = []
  return {
    takes: ['stall'],
    step(event) {
      if (event.type !== 'stall') return
      const stall = { owner: event.owner, from: event.from, to: event.at }
      const isOfMachine = event.owner === 'harness' || event.owner === 'server'
      const { waited = 0 } = event
      if (isOfMachine || waited > 0) brief.push(stall)
      if (!isLong(stall)) return
      if (isOfMachine || waited >= long) return void machine.push(stall)
      for (const other of own) {
        const both = { owner: '', from: Math.max(other.from, stall.from), to: Math.min(other.to, stall.to) }
        if (other.owner !== stall.owner && isLong(both)) machine.push(both)
      }
      own.push(stall)
    },
    touch: (from, to) => touches(machine, from, to),
    touchBriefly: (from, to) => touches(brief, from, to),
  }
}

const touches = (stalls: readonly Stall[], from: number, to: number): boolean =>
  stalls.some((stall) => stall.from <= to && stall.to >= from)
