/** Notices when this process stood still: a machine that is busy elsewhere makes everything late, whoever is at fault. */

export interface StallMeter {
  /** To be called every {@link LOOK_EVERY} ms; `[from, to]` of a stall since the last time, or null. */
  look(): { readonly from: number; readonly to: number } | null
}

/** Between two looks, and how much later than that one must be to count, ms. */
export const LOOK_EVERY = 20
export const LATE_BY = 80

export interface StallOptions {
  /** ms of a monotonic clock. */
  readonly now: () => number
  /** ms of processor time that this process has used; null where its own work counts as a stall too. */
  readonly busy: (() => number) | null
}

export function createStallMeter({ now, busy }: StallOptions): StallMeter {
  let last = now()
  let used = busy?.() ?? 0
  return {
    look() {
      const [from, before] = [last, used]
      last = now()
      used = busy?.() ?? 0
      const late = last - from - LOOK_EVERY
      // What the process worked through itself, such as an adapter that computes for long, is no stall of the machine.
      const own = busy === null ? 0 : used - before
      return late >= LATE_BY && own < (last - from) / 2 ? { from, to: last } : null
    },
  }
}

/** Processor time of this process, ms. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Watches until it is disposed of; keeps no process alive. */
export function watchStalls(options: StallOptions, report: (stall: { from: number; to: number }) => void): Disposable {
  const meter = createStallMeter(options)
  const timer = setInterval(() => {
    const stall = meter.look()
    if (stall !== null) report(stall)
  }, LOOK_EVERY).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
