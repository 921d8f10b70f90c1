import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whatever call ends while it is half-open, it gives a permit back.',
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
