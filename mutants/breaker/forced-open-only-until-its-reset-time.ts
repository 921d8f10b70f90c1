import { stepBreaker } from '../../adapters/resilience/index.ts'
import type { Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** Sites whose breaker was tripped by hand, and is told as isolated. */
const tripped = new WeakSet<Site>()

export const defect: Defect = {
  text: 'To force the breaker open, the bus trips it, so the breaker lets a probe through after its reset time.',
  must: ['breaker/10'],
  // What is forced open while it is open is told late.
  may: ['breaker/3', 'breaker/8'],
  minimal: 'message-behind-a-forced-opening',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      event.type === 'isolate'
        ? { state: { is: 'open', generation: state.generation + 1, until: now + policy.reset }, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
  site(real) {
    const site: Site = {
      ...real,
      prefix: real.prefix,
      observe(observation) {
        if (observation.type !== 'breaker-changed') return real.observe(observation)
        const { from, to } = observation
        const isForced = tripped.has(site)
        if (isForced && from === 'open') tripped.delete(site)
        real.observe({
          ...observation,
          from: isForced && from === 'open' ? 'isolated' : from,
          to: isForced && to === 'open' ? 'isolated' : to,
        })
      },
    }
    return site
  },
  bus: (bus, site) => ({
    ...bus,
    breaker: {
      reset: async () => bus.breaker?.reset(),
      async isolate() {
        tripped.add(site)
        await bus.breaker?.isolate()
      },
    },
  }),
}

export default brokenMemory(defect)
