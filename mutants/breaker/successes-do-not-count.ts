import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A success does not restart the count of consecutive failures.',
  must: ['breaker/1'],
  minimal: 'failures-with-a-success-between',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'closed' && event.type === 'ended' && event.result === 'good'
        ? { state, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
