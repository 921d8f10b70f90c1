/** Holds what runs make on a system that outlives the harness, so that another harness removes it where this one is killed. */
import { PrefixInUseError } from '../../errors.ts'
import { type Hold, hold } from '../../process/leases/lease.ts'
import type { RunningSystem } from '../../system-contract.ts'

/** `prepare` of a running system; unchanged for a system that ends with the harness. */
export function holdingPrefixes(
  system: string,
  { sweptBy, prepare }: Pick<RunningSystem, 'sweptBy' | 'prepare'>,
  holding: Hold = hold,
): RunningSystem['prepare'] {
  if (sweptBy === undefined) return prepare
  return async (run) => {
    const release = holding({ kind: 'remote', system, settings: sweptBy, prefix: run.prefix })
    // What could not be made, or not removed, is held on: a later sweep sees to it.
    const prepared = await prepare(run).catch((error: unknown) => {
      // A sweep would take what is there for ours.
      if (error instanceof PrefixInUseError) release()
      throw error
    })
    return {
      ...prepared,
      async [Symbol.asyncDispose]() {
        await prepared[Symbol.asyncDispose]()
        release()
      },
    }
  }
}
