/** The in-memory bus that stores rows of its application in the broker, each together with its event, in one request. */
import type { BusAdapter, Message, Row, Site } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import type { RowEvent } from '../../systems/memory/protocol.ts'
import {
  ALL_CODES,
  createResilientBus,
  PUBLISHED,
  type ResilientBusParts,
  ROLLED_BACK,
  type StoreRow,
} from '../resilience/index.ts'
import { createClient } from './client.ts'
import memory, { encode, memoryParts, publishOn } from './index.ts'

/** What a row and its event can be stored with. Each is one request, which may fail. */
export interface RowTools {
  /** All or nothing; without an event where it is null. */
  write(row: Row, event: Message | null): Promise<void>
  publish(event: Message): Promise<void>
}

export interface WritePolicies {
  /** The application's part is `work`. */
  readonly store: (tools: RowTools, ...write: Parameters<StoreRow>) => ReturnType<StoreRow>
}

export const standardWriting: WritePolicies = {
  store: async ({ write }, row, event, work) => {
    // Nothing is sent before, so that a roll-back leaves nothing behind.
    await work()
    await write(row, event)
    return PUBLISHED
  },
}

/** Gives the event one name, whichever process sends it and however often. */
export const eventOf = (row: string, message: Message): RowEvent => ({
  topic: message.topic,
  dedup: `event of ${row}`,
  message: encode(message),
})

export const writingParts = (site: Site, { store }: WritePolicies = standardWriting): ResilientBusParts => {
  const parts = memoryParts(site)
  const token = site.credentials.token ?? ''
  const publishing = createClient(() => site.dial('publish'), token)
  // Where no event goes along, the table is reached while nothing can be published, and the other way round.
  const storing = createClient(() => site.dial('consume'), token)
  const limit = { within: site.claims.publish.timeout }
  const tools: RowTools = {
    async write(row, message) {
      const event = message === null ? null : eventOf(row.id, message)
      await (event === null ? storing : publishing).request({ do: 'write', row, event, to: 'log' }, limit)
    },
    publish: async (event) => void (await publishOn(publishing, event, crypto.randomUUID(), limit)),
  }
  return {
    ...parts,
    store: (...write) => store(tools, ...write),
    disconnect: async () => {
      publishing.close()
      storing.close()
      await parts.disconnect()
    },
  }
}

const writing: BusAdapter = {
  ...memory,
  name: 'memory, writing',
  claims: {
    ...memory.claims,
    // Two more, for rows with their events and for those without.
    connections: fixed(5),
    errors: { codes: [...ALL_CODES, ROLLED_BACK] },
    write: { event: 'required' },
  },
  open: (site) => Promise.resolve(createResilientBus(site, writingParts(site))),
}

export default writing
