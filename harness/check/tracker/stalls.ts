import type { Event, RunHeader } from '../../history/event.ts'

/** When the machine stood still for long enough that time-outs and sessions ran out without anybody's fault. */
export interface Stalls {
  step(event: Event): void
  /** Whether one of them has a moment in common with `[from, to]`. Ask at the end. */
  touch(from: number, to: number): boolean
}

export function createStalls({ claims }: RunHeader): Stalls {
  const long = Math.min(claims.publish.timeout, claims.consume.session) / 2
  const all: { readonly from: number; readonly to: number }[] = []
  return {
    step(event) {
      if (event.type === 'stall' && event.at - event.from >= long) all.push({ from: event.from, to: event.at })
    },
    touch: (from, to) => all.some((stall) => stall.from <= to && stall.to >= from),
  }
}
