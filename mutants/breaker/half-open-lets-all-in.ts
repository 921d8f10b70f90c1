import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While half-open, the breaker lets every call in as a probe, however many are in flight.',
  must: ['breaker/4'],
  minimal: 'publish-refused-on-two-topics',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(
        { ...policy, halfOpen: { ...policy.halfOpen, permits: Number.POSITIVE_INFINITY } },
        state,
        event,
        now,
      ),
  },
}

export default brokenMemory(defect)
