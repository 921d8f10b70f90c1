/** Asks a broker for the cluster over a connection of its own, because the clients that work cannot be asked for anything else. */
import type { Admin } from 'kafkajs'
import type { Role, Site } from '../../harness/adapter.ts'
import type { Component } from '../resilience/index.ts'
import { createKafka, NO_RETRIES } from './client.ts'
import { classify } from './errors.ts'
import { createSockets, type Sockets } from './sockets.ts'

export interface KafkaComponent extends Component {
  close(): Promise<void>
}

interface Generation {
  readonly admin: Admin
  readonly sockets: Sockets
  readonly ready: Promise<void>
}

/** Connects when it first looks, and again after a look that failed or took too long. */
export function createComponent(site: Site, role: Role): KafkaComponent {
  let current: Generation | null = null
  const ending = new Set<Promise<void>>()

  const giveUp = (generation: Generation): void => {
    if (current === generation) current = null
    generation.sockets.destroy()
    const end = generation.admin.disconnect().catch(() => undefined)
    ending.add(end)
    void end.then(() => ending.delete(end))
  }

  const connect = (): Generation => {
    const sockets = createSockets(site, role, () => giveUp(generation))
    const requestTimeout = (site.claims.health?.timeout ?? site.claims.publish.timeout) * 2
    const admin = createKafka(site, { role, sockets, requestTimeout }).admin({ retry: NO_RETRIES })
    const ready = admin.connect()
    // Those who wait for it receive the rejection.
    ready.catch(() => undefined)
    const generation: Generation = { admin, sockets, ready }
    return generation
  }

  return {
    name: role,
    async look(signal) {
      const generation = current ?? connect()
      current = generation
      const end = (): void => giveUp(generation)
      signal.addEventListener('abort', end, { once: true })
      try {
        await generation.ready
        await generation.admin.describeCluster()
      } catch (error) {
        giveUp(generation)
        throw classify(error, false)
      } finally {
        signal.removeEventListener('abort', end)
      }
    },
    async close() {
      if (current !== null) giveUp(current)
      await Promise.all(ending)
    },
  }
}
