import { monotonic } from '../../host/clock.ts'
import { startProcessHost } from '../../host/process-host.ts'
import type { AdapterFacts } from '../../load/adapter.ts'

/**
 * What the adapter says of itself, read in a process of its own: a module that loops, exits or floods while it is loaded must
 * not do so to the harness. Rejects with a {@link UsageError} where it cannot be loaded.
 */
export async function readFacts(module: string): Promise<AdapterFacts> {
  const about = { node: 'facts', epoch: monotonic(), canaries: {} }
  await using host = await startProcessHost({ ...about, module, onEvent: () => undefined })
  return host.adapter
}
