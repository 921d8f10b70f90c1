import type { Bus } from '../../harness/adapter.ts'

const OPTIONAL = ['flush', 'health', 'metrics', 'publishBatch', 'redrive', 'stats', 'write'] as const

/** What a bus has, each method bound to it, because a bus may be of a class: for a bus around it that changes some of them. */
export function boundTo(bus: Bus): Bus {
  const methods = OPTIONAL.flatMap((name) => {
    const method: unknown = bus[name]
    return typeof method === 'function' ? [[name, method.bind(bus)] as const] : []
  })
  const { breaker } = bus
  return {
    publish: (message, options) => bus.publish(message, options),
    subscribe: (subscription, handle) => bus.subscribe(subscription, handle),
    close: () => bus.close(),
    ...Object.fromEntries(methods),
    ...(breaker === undefined ? {} : { breaker }),
  }
}
