import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The reset time is halved, so the first probe is sent too early.',
  must: ['breaker/3'],
  // The breaker is still open then.
  may: ['breaker/2'],
  minimal: 'publish-refused',
  policies: {
    stepBreaker: (policy, state, event, now) => stepBreaker({ ...policy, reset: policy.reset / 2 }, state, event, now),
  },
}

export default brokenMemory(defect)
