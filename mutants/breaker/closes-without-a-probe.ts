import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'When its reset time is over, the breaker closes without a probe and lets every call through.',
  must: ['breaker/8'],
  may: ['breaker/5'],
  minimal: 'publish-refused',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      event.type === 'ask' && state.is === 'open' && now >= state.until
        ? { state: { is: 'closed', generation: state.generation + 1, failures: 0 }, admitted: state.generation + 1 }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
