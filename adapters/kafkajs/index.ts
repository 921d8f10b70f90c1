/** A bus on Apache Kafka by kafkajs: an idempotent producer, groups with manual commits, the shared resilience around them. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { settable } from '../../harness/claims.ts'
import { createResilientBus, type ResilientBusParts, resilientClaims } from '../resilience/index.ts'
import { createMemberLog } from './member-log.ts'
import { createSender, type Sender } from './producer.ts'

export interface KafkajsParts extends ResilientBusParts {
  readonly senders: readonly Sender[]
}

/** What Kafka adds to the shared resilience. */
export const kafkajsParts = (site: Site): KafkajsParts => {
  const publishing = createSender(site, 'publish')
  const deadLettering = createSender(site, 'deadletter')
  return {
    senders: [publishing, deadLettering],
    send: async (message, { signal }) => ({
      status: 'acknowledged',
      position: await publishing.send(message, signal),
    }),
    member: (subscription) => createMemberLog(site, subscription, deadLettering),
    disconnect: async () => {
      await Promise.all([publishing.close(), deadLettering.close()])
    },
  }
}

const kafkajs: BusAdapter = {
  name: 'kafkajs',
  system: 'kafka',
  client: 'kafkajs',
  claims: {
    ...resilientClaims,
    // kafkajs keeps headers by their name, so the order of one that comes back after another is lost.
    messages: { tombstones: true, repeatedHeaders: false, maxBytes: 1_000_000 },
    publish: { ...resilientClaims.publish, timeout: settable(5_000, 400, 300_000) },
    consume: { ...resilientClaims.consume, session: settable(10_000, 1_000, 60_000) },
    close: { within: settable(15_000, 4_000, 120_000) },
    // A member that was cut off costs the group a session or two before it deals anew.
    recovery: { within: settable(60_000, 15_000, 300_000) },
  },
  async open(site) {
    const parts = kafkajsParts(site)
    await Promise.all(parts.senders.map((sender) => sender.warmUp()))
    return createResilientBus(site, parts)
  },
}

export default kafkajs
