/** A bus whose subscriptions register types of messages. */
import type { Bus } from '../../harness/adapter.ts'
import type { DispatchClaim } from '../../harness/claims.ts'
import { boundTo, ResilienceError } from '../resilience/index.ts'
import { createRegistry } from './registry.ts'

/**
 * The same bus, which passes a handler the messages alone that have one, and rejects all others as permanent, so that the bus
 * dead-letters them at once: the error has the reason as its `code`. A subscription without types gets every message. Metrics count
 * around it, as it calls handlers.
 */
export function withDispatch(bus: Bus, claim: DispatchClaim): Bus {
  const registry = createRegistry(claim)
  const inner = boundTo(bus)
  return {
    ...inner,
    subscribe({ types, ...subscription }, handle) {
      if (types === undefined) return inner.subscribe(subscription, handle)
      const registered = new Set(types)
      return inner.subscribe(subscription, async (delivery) => {
        const route = registry.route(delivery.message, registered)
        if (route.to === 'handler') return await handle(delivery)
        throw new ResilienceError(claim.reason[route.reason], `no handler: ${route.words}`, {
          effect: 'none',
          retryable: false,
        })
      })
    },
  }
}
