/** Tells what something in this process still refers to once garbage has been collected. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Keepsakes {
  /** Watches without keeping it alive itself. */
  watch(kind: string, value: object): void
  /** Collects garbage; how many of each kind are alive, and what the memory of this thread holds, bytes. */
  weigh(): { readonly bytes: number; readonly alive: Readonly<Record<string, number>> }
}

export function createKeepsakes(): Keepsakes {
  const watched = new Map<string, WeakRef<object>[]>()
  let collect: (() => void) | null = null
  return {
    watch(kind, value) {
      const known = watched.get(kind) ?? []
      known.push(new WeakRef(value))
      watched.set(kind, known)
    },
    weigh() {
      collect ??= garbageCollector()
      collect()
      const alive = [...watched].map(([kind, refs]) => {
        const left = refs.filter((ref) => ref.deref() !== undefined)
        watched.set(kind, left)
        return [kind, left.length] as const
      })
      const { heapUsed, external } = process.memoryUsage()
      return { bytes: heapUsed + external, alive: Object.fromEntries(alive) }
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
