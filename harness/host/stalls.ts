/** Notices when this process stood still: on a busy machine everything is late, whatever the bus does. */

import { readFileSync } from 'node:fs'

export interface Stall {
  readonly from: number
  readonly to: number
  /** ms of it for which the process was ready to go on, and the machine had no processor for it; absent where that was not seen. */
  readonly waited?: number
}

export interface StallMeter {
  /** To be called every {@link LOOK_EVERY} ms; a stall since the last time, or null. */
  look(): Stall | null
}

/** Between two looks, and how much later than that one must be to count, ms. */
const LOOK_EVERY = 20
export const LATE_BY = 80

export interface StallOptions {
  /** ms of a monotonic clock. */
  readonly now: () => number
  /** ms of processor time that this process has used; null where its own work counts as a stall too. */
  readonly busy: (() => number) | null
  /** ms that this thread has waited for a processor, as the machine's scheduler counts them; default: it does not tell. */
  readonly waited?: () => number
}

export function createStallMeter({ now, busy, waited = () => 0 }: StallOptions): StallMeter {
  let last = now()
  let used = busy?.() ?? 0
  let waitedUntil = waited()
  return {
    look() {
      const [from, before, waitedBefore] = [last, used, waitedUntil]
      last = now()
      used = busy?.() ?? 0
      const late = last - from - LOOK_EVERY
      waitedUntil = waited()
      if (late < LATE_BY) return null
      const kept = waitedUntil - waitedBefore
      // What the process worked through itself, such as an adapter that computes for long, is no stall of the machine.
      const own = busy === null ? 0 : used - before
      if (own >= (last - from) / 2) return kept >= LATE_BY ? { from: last - kept, to: last, waited: kept } : null
      return { from, to: last, ...(kept >= LATE_BY ? { waited: kept } : {}) }
    },
  }
}

/** Processor time of this process, ms. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Of the main thread, ms: the second figure of its account, ns. Always 0 where the machine keeps none, such as macOS. */
export function waitingTime(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1_000_000
  } catch {
    return 0
  }
}

/** Watches until it is disposed of; keeps no process alive. */
export function watchStalls(options: StallOptions, report: (stall: Stall) => void): Disposable {
  const meter = createStallMeter(options)
  const timer = setInterval(() => {
    const stall = meter.look()
    if (stall !== null) report(stall)
  }, LOOK_EVERY).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
