import type { BreakerState } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each failure that arrives while the breaker is open reports the opening again.',
  must: ['breaker/8'],
  // Its time seems to begin anew with each telling.
  may: ['breaker/3'],
  minimal: 'publish-black-holed',
  site(site) {
    let state: BreakerState = 'closed'
    return {
      ...site,
      prefix: site.prefix,
      observe(observation) {
        site.observe(observation)
        if (observation.type === 'breaker-changed') state = observation.to
        const again = observation.type === 'attempt-ended' && observation.outcome === 'failed' && state === 'open'
        if (again) site.observe({ type: 'breaker-changed', from: 'closed', to: 'open' })
      },
    }
  },
}

export default brokenMemory(defect)
