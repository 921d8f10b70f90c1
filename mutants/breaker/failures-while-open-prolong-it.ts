import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A failure that arrives while the breaker is open restarts its reset time.',
  must: ['breaker/8'],
  may: ['breaker/3'],
  minimal: 'late-failure-behind-a-long-opening',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'open' && event.type === 'ended' && event.result === 'bad'
        ? { state: { ...state, until: now + policy.reset }, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
