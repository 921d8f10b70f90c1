import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A failure counts where it is thrown, and again where it is caught.',
  must: ['breaker/9'],
  may: ['breaker/1', 'breaker/5'],
  minimal: 'publish-refused',
  policies: {
    stepBreaker: (policy, state, event, now) => {
      const once = stepBreaker(policy, state, event, now)
      const counts = event.type === 'ended' && event.result === 'bad' && once.state.is === 'closed'
      return counts ? stepBreaker(policy, once.state, event, now) : once
    },
  },
}

export default brokenMemory(defect)
