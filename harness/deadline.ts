/** The one limit of a certification, from its call to its certificate. */

const TIME_UP = new Error('the time is up')

/** Whether a signal, or one of those that it was made of, aborted because the time was up rather than because somebody asked. */
export const isTimeUp = (signal: AbortSignal | undefined): boolean => signal?.reason === TIME_UP

/** Beyond the limit: how long the current run and the site may take to stop in an orderly way, ms. */
export const STOPS_WITHIN = 30_000

export interface Deadline extends Disposable {
  /** Aborts when the time is up, see {@link isTimeUp}. */
  readonly signal: AbortSignal
  /** What is left, ms; never below 0. */
  left(): number
}

/** The longest that a timer waits, ms: 24 days, longer than any certification. */
const LONGEST = 2 ** 31 - 1

/** Begins now, and lasts `ms`. */
export function createDeadline(ms: number): Deadline {
  const until = performance.now() + ms
  const controller = new AbortController()
  const end = (): void => controller.abort(TIME_UP)
  const timer = setTimeout(end, Math.min(LONGEST, Math.max(0, ms)))
  return {
    signal: controller.signal,
    left: () => (controller.signal.aborted ? 0 : Math.max(0, until - performance.now())),
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
