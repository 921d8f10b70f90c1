import type { Handler, Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The last call of each consumer's handler, to be made again. */
const calls = new WeakMap<Site, Map<string, () => ReturnType<Handler>>>()

export const defect: Defect = {
  text: 'When a dead letter cannot be stored, the bus passes its message to the handler again before it retries.',
  must: ['retry/4'],
  // A handler may succeed when it is called again.
  may: ['retry/1', 'retry/2', 'retry/6', 'delivery/3', 'dead-letter/3'],
  minimal: 'dead-letters-refused',
  member: (log, site, { consumer }) => ({
    ...log,
    async storeDeadLetter(letter, dedup) {
      try {
        await log.storeDeadLetter(letter, dedup)
      } catch (error) {
        await calls
          .get(site)
          ?.get(consumer)?.()
          .catch(() => undefined)
        throw error
      }
    },
  }),
  bus(bus, site) {
    const last = new Map<string, () => ReturnType<Handler>>()
    calls.set(site, last)
    return {
      ...bus,
      subscribe: (subscription, handle) =>
        bus.subscribe(subscription, (delivery) => {
          const call = (attempt: number) => async () => await handle({ ...delivery, attempt })
          last.set(subscription.consumer, call(delivery.attempt + 1))
          return call(delivery.attempt)()
        }),
    }
  },
}

export default brokenMemory(defect)
