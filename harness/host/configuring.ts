/** What the harness does with an adapter beside the bus that is open: has it read settings, and opens it with those that are wrong. */
import type { Bus, BusAdapter } from '../adapter.ts'
import { READ_WITHIN } from '../claims/configuration.ts'
import type { AskedAdapter } from '../claims/descriptor.ts'
import { settleWithin, sleep } from '../waiting.ts'
import { attempt } from './attempt.ts'
import type { NodeConfig } from './host.ts'
import { siteFor } from './site-for.ts'
import { createTrap } from './trap.ts'

/** So long after the bus failed to open, a connection that it began has arrived, ms. */
const ARRIVES = 10

type Ended<T> = { readonly value: T } | { readonly error: unknown }

export function adapterAsked(adapter: BusAdapter, config: NodeConfig): AskedAdapter {
  let hangs = false

  /** Null where it hangs. */
  async function ended<T>(work: Promise<T>): Promise<Ended<T> | null> {
    const found: Ended<T>[] = []
    const settling = work.then(
      (value) => void found.push({ value }),
      (error: unknown) => void found.push({ error }),
    )
    await settleWithin([settling], READ_WITHIN)
    const [first = null] = found
    hangs ||= first === null
    return first
  }

  return {
    hangs: () => hangs,
    // An adapter in JavaScript may lack it in spite of its claims; then this is what is told.
    configure: (sources) => ended<unknown>(attempt(async () => adapter.configure?.(sources))),
    parseTopic: (name) => ended<unknown>(attempt(async () => adapter.parseTopic?.(name))),
    printTopic: (parts) => ended<unknown>(attempt(async () => adapter.printTopic?.(parts))),
    async tryOpen(settings) {
      await using trap = await createTrap(config)
      const site = { ...siteFor(trap.config, { dial: trap.dial, observe: () => undefined }), settings }
      const opening = attempt(() => adapter.open(site))
      const end = await ended(opening.then(closed))
      if (trap.isReal) await sleep(ARRIVES)
      if (end === null) return { connections: trap.connections(), error: new Error('it neither opened nor failed') }
      return { connections: trap.connections(), ...('error' in end ? { error: end.error } : {}) }
    },
  }
}

/** That it opened is the finding; how it closes says nothing more. */
const closed = (bus: Bus): Promise<void> => attempt(() => bus.close()).catch(() => undefined)
