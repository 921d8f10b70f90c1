import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The breaker opens one failure after its threshold.',
  must: ['breaker/1'],
  minimal: 'publish-refused',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker({ ...policy, trip: { ...policy.trip, failures: policy.trip.failures + 1 } }, state, event, now),
  },
}

export default brokenMemory(defect)
