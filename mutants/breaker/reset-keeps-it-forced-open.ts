import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A reset turns a breaker that is forced open half-open, and only a successful probe closes it.',
  must: ['breaker/10'],
  may: ['breaker/8'],
  minimal: 'breaker-forced-open',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'isolated' && event.type === 'reset'
        ? {
            state: { is: 'half-open', generation: state.generation + 1, inFlight: 0, good: 0, bad: 0 },
            admitted: null,
          }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
