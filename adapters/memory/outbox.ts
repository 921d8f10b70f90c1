/** The in-memory bus with an outbox: a row is stored with its event, which any process of the application publishes later. */
import type { BusAdapter, Site, WriteReceipt } from '../../harness/adapter.ts'
import type { OutboxEntry } from '../../systems/memory/protocol.ts'
import { createResilientBus, createSuppress, type ResilientBusParts, startRelay } from '../resilience/index.ts'
import { createClient } from './client.ts'
import { memoryParts } from './index.ts'
import writing, { eventOf, type WritePolicies } from './writing.ts'

const ENTRIES_A_ROUND = 16
/** Between two rounds, ms. */
const ROUND_EVERY = 40

export interface RelaySteps {
  /** Under the same `dedup` it is stored once. */
  publish(event: OutboxEntry['event']): Promise<void>
  /** Takes the event of this row out of the outbox. */
  remove(row: string): Promise<void>
}

export interface OutboxPolicies extends WritePolicies {
  /** Of what waits, oldest first, what is published, in this order. */
  readonly inOrder: (entries: readonly OutboxEntry[]) => readonly OutboxEntry[]
  readonly relay: (entry: OutboxEntry, steps: RelaySteps) => Promise<void>
}

export const QUEUED: WriteReceipt = { status: 'stored', event: 'queued' }

export const standardOutbox: OutboxPolicies = {
  async store({ write }, row, event, work) {
    await work()
    await write(row, event)
    return QUEUED
  },
  inOrder: (entries) => entries,
  async relay({ row, event }, { publish, remove }) {
    await publish(event)
    await remove(row)
  },
}

export const outboxParts = (site: Site, policies: OutboxPolicies = standardOutbox): ResilientBusParts => {
  const parts = memoryParts(site)
  const token = site.credentials.token ?? ''
  const limit = { within: site.claims.publish.timeout }
  // The outbox is stored with the rows, and is reachable while nothing can be published.
  const storing = createClient(() => site.dial('consume'), token)
  const publishing = createClient(() => site.dial('publish'), token)
  const publish: RelaySteps['publish'] = async (event) =>
    void (await publishing.request({ do: 'publish', ...event }, limit))
  const remove: RelaySteps['remove'] = async (row) => void (await storing.request({ do: 'relayed', row }, limit))
  const suppress = createSuppress(site)
  const relay = startRelay(
    async (stopped) => {
      const { entries } = await storing.request({ do: 'outbox', most: ENTRIES_A_ROUND }, limit)
      for (const entry of policies.inOrder(entries)) {
        if (stopped.aborted) return
        await policies.relay(entry, { publish, remove })
      }
    },
    ROUND_EVERY,
    (error) => suppress('relay', error),
  )
  return {
    ...parts,
    store: (...write) =>
      policies.store(
        {
          async write(row, message) {
            const event = message === null ? null : eventOf(row.id, message)
            await storing.request({ do: 'write', row, event, to: 'outbox' }, limit)
          },
          publish: (event) => publish(eventOf(crypto.randomUUID(), event)),
        },
        ...write,
      ),
    disconnect: async () => {
      relay.stop()
      storing.close()
      publishing.close()
      await parts.disconnect()
    },
  }
}

const outbox: BusAdapter = {
  ...writing,
  name: 'memory, outbox',
  claims: { ...writing.claims, write: { event: 'required', outbox: true } },
  open: (site) => Promise.resolve(createResilientBus(site, outboxParts(site))),
}

export default outbox
