/** Time that only goes on when it is told to, under whoever asks the globals for it: for as long as `work` lasts. */
import { performance } from 'node:perf_hooks'

export interface HeldTime {
  now(): number
  /** Lets this many ms go by; what falls due happens in order, with all that follows from it. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock by so many ms. */
  step(ms: number): void
  /** Resolves when all that can happen without time has happened. */
  settle(): Promise<void>
}

interface Timer {
  at: number
  readonly every: number | null
  readonly callback: () => void
}

const EPOCH = 1_767_225_600_000

/** Modules that took hold of a timer function when they were loaded keep the real one. */
export async function withHeldTime<T>(work: (time: HeldTime) => Promise<T>): Promise<T> {
  const { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate } = globalThis
  const real = { setTimeout, setInterval, clearTimeout, clearInterval }
  const [dateNow, performanceNow] = [Date.now, performance.now]
  const timers = new Set<Timer>()
  let now = 0
  let wall = EPOCH

  const add = (callback: (...args: unknown[]) => void, delay: unknown, repeat: boolean, args: unknown[]) => {
    const ms = Math.max(1, Math.trunc(Number(delay)) || 1)
    const timer: Timer = { at: now + ms, every: repeat ? ms : null, callback: () => callback(...args) }
    timers.add(timer)
    const handle = { timer, ref: () => handle, unref: () => handle, hasRef: () => false }
    return handle
  }
  const clear = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null && 'timer' in handle) timers.delete(handle.timer as Timer)
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => resolve()))
  const advance = async (ms: number): Promise<void> => {
    const end = now + ms
    for (;;) {
      const next = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
      if (next === undefined) break
      now = Math.max(now, next.at)
      if (next.every === null) timers.delete(next)
      else next.at += next.every
      next.callback()
      await settle()
    }
    now = end
  }

  type Callback = (...args: unknown[]) => void
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) => add(callback, delay, false, args),
    setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) => add(callback, delay, true, args),
    clearTimeout: clear,
    clearInterval: clear,
  })
  Date.now = () => wall + Math.floor(now)
  performance.now = () => now
  try {
    return await work({
      now: () => now,
      advance,
      step: (ms) => {
        wall += ms
      },
      settle,
    })
  } finally {
    Object.assign(globalThis, real)
    Date.now = dateNow
    performance.now = performanceNow
  }
}
