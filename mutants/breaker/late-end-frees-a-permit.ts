import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Any call that ends while the breaker is half-open returns a permit.',
  must: ['breaker/7'],
  may: ['breaker/4'],
  minimal: 'late-end-while-half-open',
  policies: {
    stepBreaker: (policy, state, event, now) => {
      const isLate = state.is === 'half-open' && event.type === 'ended' && event.generation !== state.generation
      if (isLate) return { state: { ...state, inFlight: state.inFlight - 1 }, admitted: null }
      return stepBreaker(policy, state, event, now)
    },
  },
}

export default brokenMemory(defect)
