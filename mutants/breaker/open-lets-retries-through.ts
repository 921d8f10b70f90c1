import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only new publishes ask the breaker; the retries of those under way go out while it is open.',
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
