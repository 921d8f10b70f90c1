import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While the breaker is forced open, it refuses only new publishes, and lets the retries of earlier ones through.',
  must: ['breaker/10'],
  minimal: 'forced-open-in-a-call',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      event.type === 'ask' && state.is === 'isolated'
        ? { state, admitted: state.generation }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
