import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While half-open, the breaker counts every success, whenever its call was let in.',
  must: ['breaker/7'],
  // It gives back a permit that it never had.
  may: ['breaker/4', 'breaker/5'],
  minimal: 'late-success-while-half-open',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(
        policy,
        state,
        state.is === 'half-open' && event.type === 'ended' && event.result === 'good'
          ? { ...event, generation: state.generation }
          : event,
        now,
      ),
  },
}

export default brokenMemory(defect)
