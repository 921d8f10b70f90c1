/** Time that advances only on request, for all code that reads the global clock and timers, as long as `work` lasts. */
import { performance } from 'node:perf_hooks'
import { VirtualClock, type VirtualTimer } from '../virtual-clock.ts'

export interface HeldTime {
  now(): number
  /** Lets this many ms go by; what falls due happens in order, with all that follows from it. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock by so many ms. */
  step(ms: number): void
  /** Resolves when all that can happen without time has happened. */
  settle(): Promise<void>
}

const EPOCH = 1_767_225_600_000

/** Modules that took hold of a timer function when they were loaded keep the real one. */
export async function withHeldTime<T>(work: (time: HeldTime) => Promise<T>): Promise<T> {
  const { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate } = globalThis
  const real = { setTimeout, setInterval, clearTimeout, clearInterval }
  const [dateNow, performanceNow] = [Date.now, performance.now]
  const clock = new VirtualClock()

  const add = (callback: (...args: unknown[]) => void, delay: unknown, repeat: boolean, args: unknown[]) => {
    const ms = Math.max(1, Math.trunc(Number(delay)) || 1)
    const handle = { timer: null as VirtualTimer | null, ref: () => handle, unref: () => handle, hasRef: () => false }
    const set = (): void => {
      handle.timer = clock.set(ms, () => {
        if (repeat) set()
        callback(...args)
      })
    }
    set()
    return handle
  }
  const clear = (handle: unknown): void => {
    if (typeof handle !== 'object' || handle === null || !('timer' in handle)) return
    if (handle.timer !== null) clock.clear(handle.timer as VirtualTimer)
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => resolve()))
  const advance = async (ms: number): Promise<void> => {
    const end = clock.now + ms
    while (clock.fireNext(end)) await settle()
    clock.now = end
  }

  type Callback = (...args: unknown[]) => void
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) => add(callback, delay, false, args),
    setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) => add(callback, delay, true, args),
    clearTimeout: clear,
    clearInterval: clear,
  })
  Date.now = () => EPOCH + clock.ahead + Math.floor(clock.now)
  performance.now = () => clock.now
  try {
    return await work({
      now: () => clock.now,
      advance,
      step: (ms) => {
        clock.ahead += ms
      },
      settle,
    })
  } finally {
    Object.assign(globalThis, real)
    Date.now = dateNow
    performance.now = performanceNow
  }
}
