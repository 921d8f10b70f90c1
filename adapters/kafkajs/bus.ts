/** What runs behind the adapter for Kafka, and loads kafkajs: a producer for each role, a member for each consumer. */
import { type Bus, ROLES, type Site } from '../../harness/adapter.ts'
import { createResilientBus, type ResilientBusParts } from '../resilience/index.ts'
import { createComponent } from './component.ts'
import { createMemberLog } from './member-log.ts'
import { createSender, type Sender } from './producer.ts'
import { createSenders } from './senders.ts'

export interface KafkajsParts extends ResilientBusParts {
  readonly senders: readonly Sender[]
}

/** What Kafka adds to the shared resilience. */
export const kafkajsParts = (site: Site): KafkajsParts => {
  const publishing = createSenders(site, 'publish')
  const deadLettering = createSender(site, 'dead-letter')
  const components = ROLES.map((role) => createComponent(site, role))
  return {
    senders: [publishing, deadLettering],
    send: async (message, { signal }) => ({
      status: 'acknowledged',
      position: await publishing.send(message, signal),
    }),
    member: (subscription) => createMemberLog(site, subscription, deadLettering),
    components,
    disconnect: async () => {
      await Promise.all([
        publishing.close(),
        deadLettering.close(),
        ...components.map((component) => component.close()),
      ])
    },
  }
}

export async function openKafkajs(site: Site): Promise<Bus> {
  const parts = kafkajsParts(site)
  await Promise.all(parts.senders.map((sender) => sender.warmUp()))
  return createResilientBus(site, parts)
}
