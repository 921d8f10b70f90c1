import type { BreakerState, Site } from '../../harness/adapter.ts'
import { BREAKER, exposing, withValues } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

const left = new WeakMap<Site, BreakerState[]>()

export const defect: Defect = {
  text: 'A state that the breaker has left stays at 1.',
  must: ['health/5'],
  minimal: 'metrics-with-a-breaker-forced-open',
  site(site) {
    const states: BreakerState[] = []
    const watched: Site = {
      ...site,
      observe(observation) {
        if (observation.type === 'breaker-changed') states.push(observation.from)
        site.observe(observation)
      },
    }
    left.set(watched, states)
    return watched
  },
  bus: (bus, site) =>
    exposing(bus, (text) =>
      withValues(text, BREAKER, (value, name) =>
        left.get(site)?.some((state) => name.includes(`"${state}"`)) === true ? 1 : value,
      ),
    ),
}

export default brokenObserved(defect)
