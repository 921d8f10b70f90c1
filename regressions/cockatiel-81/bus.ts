/** The memory bus, with cockatiel's time-out around its publishes; any version. */
import memory, { memoryParts } from '../../adapters/memory/index.ts'
import { createResilientBus } from '../../adapters/resilience/index.ts'
import type { BusAdapter } from '../../harness/adapter.ts'

/** What all versions have. */
interface Cockatiel<Strategy> {
  readonly TimeoutStrategy: { readonly Cooperative: Strategy }
  readonly timeout: (
    ms: number,
    strategy: Strategy,
  ) => { execute<T>(work: (context: { signal: AbortSignal }) => Promise<T>, signal?: AbortSignal): Promise<T> }
}

/** `client` is the npm package that it comes from. */
export const busOn = <Strategy>({ TimeoutStrategy, timeout }: Cockatiel<Strategy>, client: string): BusAdapter => ({
  ...memory,
  name: client,
  client,
  open: async (site) => {
    const bus = createResilientBus(site, memoryParts(site))
    const policy = timeout(site.claims.publish.deadline, TimeoutStrategy.Cooperative)
    return {
      ...bus,
      publish: (message, { op, signal: given }) =>
        policy.execute(({ signal }) => bus.publish(message, { op, signal }), given),
    }
  },
})
