/**
 * Notices that a worker's thread never returns. It uses the processor time of the thread if the operating system reports it, so
 * that a busy machine does not look like an adapter that hangs.
 */
/** ms. */
export interface Bounds {
  /** Processor time that loading the adapter may take, and wall-clock time for it. */
  readonly load: { readonly busy: number; readonly wall: number }
  /** Processor time without one turn of the thread's event loop; a run in virtual time takes some tens of milliseconds. */
  readonly turn: number
  /** Processor time of a whole run. */
  readonly run: number
  /** Wall-clock time without a turn, for a thread that waits, or whose processor time is unknown. */
  readonly wall: number
  /** What the adapter and the harness beside it may hold on the heap of one thread, MiB; buffers come on top of it. */
  readonly heap: number
}

export const BOUNDS: Bounds = {
  heap: 2_048,
  load: { busy: 30_000, wall: 120_000 },
  turn: 10_000,
  run: 60_000,
  wall: 300_000,
}

/** Between two looks, ms. */
const LOOK_EVERY = 250

export interface Look {
  /** Turns of the event loop so far. */
  readonly turns: number
  /** Processor time of the thread so far; null if unknown. */
  readonly busy: number | null
  /** Wall-clock time. */
  readonly wall: number
}

/** What took too long, as words that follow the adapter's name; null while all is well. */
export function createWatch(first: Look, { turn, run, wall }: Pick<Bounds, 'turn' | 'run' | 'wall'>) {
  let last = first
  return (now: Look): string | null => {
    if (now.turns !== last.turns) last = now
    const busy = (since: Look): number => (now.busy === null ? 0 : now.busy - (since.busy ?? 0))
    if (busy(last) >= turn) return `kept its thread busy for ${seconds(turn)}`
    if (busy(first) >= run) return `did not come to the end of a run in ${seconds(run)} of work`
    return now.wall - last.wall >= wall ? `held its thread for ${seconds(wall)}` : null
  }
}

const seconds = (ms: number): string => `${ms / 1_000} s`

/** Looks until it is disposed of, and reports once. */
export function watchThread(
  look: () => Look,
  bounds: Pick<Bounds, 'turn' | 'run' | 'wall'>,
  report: (what: string) => void,
): Disposable {
  const watch = createWatch(look(), bounds)
  const timer = setInterval(() => {
    const what = watch(look())
    if (what === null) return
    clearInterval(timer)
    report(what)
  }, LOOK_EVERY)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
