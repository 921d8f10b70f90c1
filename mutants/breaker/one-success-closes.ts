import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The first successful probe closes the breaker, however many are claimed.',
  must: ['breaker/5'],
  minimal: 'publish-refused-two-to-close',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker({ ...policy, halfOpen: { ...policy.halfOpen, closeAfter: 1 } }, state, event, now),
  },
}

export default brokenMemory(defect)
