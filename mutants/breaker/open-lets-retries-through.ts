import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While open, the breaker refuses only new publishes, and lets the retries of earlier ones through.',
  must: ['breaker/2'],
  may: ['breaker/4', 'breaker/5'],
  minimal: 'publish-refused-trips-at-two-twice',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      event.type === 'ask' && state.is === 'open' && now < state.until
        ? { state, admitted: state.generation }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
