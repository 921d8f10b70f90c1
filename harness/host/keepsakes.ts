/** Tells what something in this process still refers to once garbage has been collected. */
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Keepsakes {
  /** Watches without keeping it alive itself. */
  watch(kind: string, value: object): void
  /** Collects garbage; how many of each kind are alive, and what the memory of this thread holds, bytes. */
  weigh(): Weight
  /** The same to within some bytes for each of many objects, if {@link withSteadyMemory} was in effect all the time. */
  weighClosely(): Weight
}

export interface Weight {
  readonly bytes: number
  readonly alive: Readonly<Record<string, number>>
}

/** Of this thread, bytes. `process.memoryUsage` has the same figures, and reads those of the whole process from the system first. */
export function heapAndBuffers(): { readonly heap: number; readonly buffers: number } {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return { heap: used_heap_size, buffers: external_memory }
}

/** Both together. */
export function memoryHeld(): number {
  const { heap, buffers } = heapAndBuffers()
  return heap + buffers
}

export function createKeepsakes(): Keepsakes {
  const watched = new Map<string, WeakRef<object>[]>()
  let collect: (() => void) | null = null
  const clean = (): void => {
    collect ??= garbageCollector()
    collect()
  }
  const alive = (): Weight['alive'] =>
    Object.fromEntries(
      [...watched].map(([kind, refs]) => {
        const left = refs.filter((ref) => ref.deref() !== undefined)
        watched.set(kind, left)
        return [kind, left.length] as const
      }),
    )
  return {
    watch(kind, value) {
      const known = watched.get(kind) ?? []
      known.push(new WeakRef(value))
      watched.set(kind, known)
    },
    weigh() {
      clean()
      return { bytes: memoryHeld(), alive: alive() }
    },
    weighClosely() {
      // Another thread may have ended its own steadiness meanwhile.
      steady()
      clean()
      const spaces = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.includes('code'))
      const heap = spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0)
      return { bytes: heap + heapAndBuffers().buffers, alive: alive() }
    },
  }
}

/**
 * V8's flags for what it makes and drops on its own, all of them on by default. What is left to the background when a collection
 * finds buffers to be garbage: they go on counting, some until the next collection.
 */
const IN_ITS_OWN_TIME = [
  ...['opt', 'sparkplug', 'use-osr', 'flush-bytecode', 'lazy-feedback-allocation', 'concurrent-array-buffer-sweeping'],
  // Before Node 22 it is off by default.
  ...(Number.parseInt(process.versions.node, 10) >= 22 ? ['maglev'] : []),
]

function steady(): void {
  for (const flag of IN_ITS_OWN_TIME) setFlagsFromString(`--no-${flag}`)
}

/**
 * Until it is disposed, memory changes only by what is kept: no thread of this process makes machine code or frees buffers in the
 * background, which makes all of them slower, and small buffers of this thread do not share larger ones, which live as long as the
 * last of them.
 */
export function withSteadyMemory(): Disposable {
  const { poolSize } = Buffer
  Buffer.poolSize = 0
  steady()
  return {
    [Symbol.dispose]() {
      Buffer.poolSize = poolSize
      for (const flag of IN_ITS_OWN_TIME) setFlagsFromString(`--${flag}`)
    },
  }
}

/** Node gives the function only to contexts that are made while the flag is set, which all threads share: it stays set. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  if (typeof found !== 'function') throw new Error('this Node cannot trigger garbage collection')
  return () => void found()
}
