import type { BusAdapter, Site } from '../adapter.ts'

/** Opens and closes a bus, so that a library's one-time set-up exists before anything is counted. */
export async function warmUp(adapter: BusAdapter, site: Site): Promise<void> {
  try {
    const bus = await adapter.open(site)
    await bus.close()
  } catch {
    // The run itself opens again, and its failure is in the history.
  }
}
