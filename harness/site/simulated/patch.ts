/**
 * Puts virtual time and seeded randomness under every module of this thread: globals, `node:timers`,
 * `node:timers/promises`, `node:perf_hooks`, `process.hrtime`, `Date`, `Math.random` and the synchronous draws of
 * `node:crypto`. Only for a worker that does nothing else; must run before the adapter's module is loaded, because a
 * module may take hold of a timer function when it is loaded.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { performance } from 'node:perf_hooks'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { NOBODY, VirtualClock, type VirtualTimer } from '../../virtual-clock.ts'

/** Wall-clock time at the beginning of every simulated run: 2026-01-01T00:00:00Z, in ms. */
export const VIRTUAL_EPOCH = 1_767_225_600_000

export interface VirtualTime {
  readonly clock: VirtualClock
  /** Runs the work as this owner, so that its timers count as the owner's. */
  as<T>(owner: string, work: () => T): T
  /** Replaces the source of all random numbers of this thread. */
  seed(random: () => number): void
  /** The real ones, for the loop that drives the clock. */
  readonly real: {
    readonly setImmediate: typeof setImmediate
    readonly now: () => number
    readonly setTimeout: typeof setTimeout
  }
}

type Callback = (...args: unknown[]) => void

/** The owner of the current work; it follows promises and timers. */
const owners = new AsyncLocalStorage<string>()
const ownerNow = (): string => owners.getStore() ?? NOBODY

class Timeout {
  #timer: VirtualTimer
  readonly #clock: VirtualClock
  readonly #delay: number
  readonly #callback: () => void
  readonly #owner = ownerNow()
  readonly #origin: Error | null
  #referenced = true
  constructor(clock: VirtualClock, delay: number, callback: () => void, repeat: boolean) {
    this.#origin = clock.isTracing ? whereSet() : null
    this.#clock = clock
    this.#delay = delay
    this.#callback = () => {
      if (repeat) this.#set()
      owners.run(this.#owner, callback)
    }
    this.#timer = this.#set()
  }
  #set(): VirtualTimer {
    this.#timer = this.#clock.set(this.#delay, this.#callback, this.#owner, this.#origin)
    this.#clock.hold(this.#timer, this.#referenced)
    return this.#timer
  }
  ref(): this {
    this.#referenced = true
    this.#clock.hold(this.#timer, true)
    return this
  }
  unref(): this {
    this.#referenced = false
    this.#clock.hold(this.#timer, false)
    return this
  }
  hasRef(): boolean {
    return this.#referenced
  }
  refresh(): this {
    this.close()
    this.#set()
    return this
  }
  close(): this {
    this.#clock.clear(this.#timer)
    return this
  }
  [Symbol.dispose](): void {
    this.close()
  }
}

/** Adapters throw a lot here, each stack is searched for secrets, and its depth is what that costs. */
const STACK_DEPTH = 3
const WHOLE_STACK = 20

function whereSet(): Error {
  Error.stackTraceLimit = WHOLE_STACK
  try {
    return new Error('set')
  } finally {
    Error.stackTraceLimit = STACK_DEPTH
  }
}

/** Node's own rule: a delay below 1, above 2³¹ − 1 or not a number is 1 ms. */
const nodeDelay = (delay: unknown): number => {
  const ms = Number(delay)
  return ms >= 1 && ms <= 2_147_483_647 ? Math.trunc(ms) : 1
}

export function installVirtualTime(): VirtualTime {
  const clock = new VirtualClock()
  const real = { setImmediate, setTimeout, now: performance.now.bind(performance) }
  let random = Math.random

  const later = (callback: Callback, delay: unknown, repeat: boolean, args: unknown[]): Timeout =>
    new Timeout(clock, nodeDelay(delay), () => callback(...args), repeat)
  const immediately = (callback: Callback, args: unknown[]): Timeout =>
    new Timeout(clock, 0, () => callback(...args), false)
  const clear = (timer: unknown): void => {
    if (timer instanceof Timeout) timer.close()
  }
  const virtual = {
    setTimeout: (callback: Callback, delay?: unknown, ...args: unknown[]) => later(callback, delay, false, args),
    setInterval: (callback: Callback, delay?: unknown, ...args: unknown[]) => later(callback, delay, true, args),
    setImmediate: (callback: Callback, ...args: unknown[]) => immediately(callback, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  }
  Object.assign(globalThis, virtual)
  Object.assign(timers, virtual)
  Object.assign(timersPromises, promisedTimers(clock))
  installClocks(clock)
  installRandom(() => random())
  Error.stackTraceLimit = STACK_DEPTH
  AbortSignal.timeout = (delay: number) => {
    const controller = new AbortController()
    const abort = (): void =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    // As in Node: nobody can clear it, and it keeps no process alive.
    later(abort, delay, false, []).unref()
    return controller.signal
  }
  syncBuiltinESMExports()
  return {
    clock,
    real,
    as: (owner, work) => owners.run(owner, work),
    seed: (source) => {
      random = source
    },
  }
}

interface WaitOptions {
  readonly signal?: AbortSignal
  readonly ref?: boolean
}

/** As Node's, which is not the signal's reason. */
class AbortError extends Error {
  override readonly name = 'AbortError'
  readonly code = 'ABORT_ERR'
  constructor({ reason }: AbortSignal) {
    super('The operation was aborted', { cause: reason })
  }
}

function promisedTimers(clock: VirtualClock): Record<string, unknown> {
  const wait = (delay: number, value: unknown, { signal, ref = true }: WaitOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new AbortError(signal))
      const timer = clock.set(
        delay,
        () => {
          signal?.removeEventListener('abort', abort)
          resolve(value)
        },
        ownerNow(),
      )
      clock.hold(timer, ref)
      const abort = (): void => {
        clock.clear(timer)
        if (signal !== undefined) reject(new AbortError(signal))
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  const sleep = (delay?: unknown, value?: unknown, options?: WaitOptions) => wait(nodeDelay(delay), value, options)
  async function* setInterval(delay?: unknown, value?: unknown, options?: WaitOptions) {
    for (;;) yield await sleep(delay, value, options)
  }
  return {
    setTimeout: sleep,
    setImmediate: (value?: unknown, options?: WaitOptions) => wait(0, value, options),
    setInterval,
    scheduler: {
      wait: (delay: number, options?: WaitOptions) => sleep(delay, undefined, options),
      yield: () => wait(0, undefined),
    },
  }
}

function installClocks(clock: VirtualClock): void {
  const RealDate = Date
  class VirtualDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(VirtualDate.now())
      else super(...(args as [number]))
    }
    static override now(): number {
      return VIRTUAL_EPOCH + Math.floor(clock.now) + clock.ahead
    }
  }
  globalThis.Date = VirtualDate as DateConstructor
  performance.now = () => clock.now
  const hrtime = (since?: [number, number]): [number, number] => {
    const nanos = Math.round(clock.now * 1e6) - (since === undefined ? 0 : since[0] * 1e9 + since[1])
    return [Math.floor(nanos / 1e9), nanos % 1e9]
  }
  process.hrtime = Object.assign(hrtime, { bigint: () => BigInt(Math.round(clock.now * 1e6)) })
}

function installRandom(random: () => number): void {
  Math.random = random
  const fill = <T extends NodeJS.ArrayBufferView | ArrayBuffer>(target: T): T => {
    const bytes = ArrayBuffer.isView(target)
      ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
      : new Uint8Array(target)
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(random() * 256)
    return target
  }
  const randomUUID = (): ReturnType<typeof crypto.randomUUID> => {
    const bytes = fill(Buffer.alloc(16))
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
  const realRandomBytes = crypto.randomBytes
  const realRandomInt = crypto.randomInt
  Object.assign(crypto, {
    randomUUID,
    randomFillSync: fill,
    // With a callback they use the thread pool, which the simulated site reports as not deterministic.
    randomBytes: (size: number, callback?: (error: Error | null, bytes: Buffer) => void) =>
      callback === undefined ? fill(Buffer.alloc(size)) : realRandomBytes(size, callback),
    randomInt: (low: number, high?: number | Callback, callback?: Callback) => {
      if (typeof high === 'function' || callback !== undefined)
        return realRandomInt(low, high as number, callback as Callback)
      return high === undefined ? Math.floor(random() * low) : low + Math.floor(random() * (high - low))
    },
  })
  globalThis.crypto.randomUUID = randomUUID
  globalThis.crypto.getRandomValues = fill as typeof globalThis.crypto.getRandomValues
}
