import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only new publishes are refused while the breaker is forced open; the retries of those under way go out.',
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
