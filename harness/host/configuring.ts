/** What the harness does with an adapter beside the bus that is open: has it read settings, and opens it with those that are wrong. */
import type { BusAdapter } from '../adapter.ts'
import type { AskedAdapter } from '../claims/descriptor.ts'
import { settleWithin } from '../waiting.ts'
import { attempt } from './attempt.ts'
import type { NodeConfig } from './host.ts'
import { siteFor } from './site-for.ts'
import { createTrap } from './trap.ts'

/** How much longer than a publish an open may take before it counts as one that hangs, ms. */
const PATIENCE = 4_000

export const adapterAsked = (adapter: BusAdapter, config: NodeConfig): AskedAdapter => ({
  // An adapter in JavaScript may lack it in spite of its claims; then this is what is told.
  configure: (sources) => attempt(async () => adapter.configure?.(sources)),
  async tryOpen(settings) {
    await using trap = await createTrap(config)
    const site = { ...siteFor(trap.config, { dial: trap.dial, observe: () => undefined }), settings }
    const hangs = new Error('it had neither opened nor failed when a publish would have been late')
    let ended: { readonly error?: unknown } = { error: hangs }
    const opening = attempt(() => adapter.open(site)).then(
      async (bus) => {
        if (ended.error === hangs) ended = {}
        // That it opened is the finding; how it closes says nothing more.
        await attempt(() => bus.close()).catch(() => undefined)
      },
      (error: unknown) => {
        ended = { error }
      },
    )
    await settleWithin([opening], config.claims.publish.deadline + PATIENCE)
    return { ...ended, connections: trap.connections() }
  },
})
