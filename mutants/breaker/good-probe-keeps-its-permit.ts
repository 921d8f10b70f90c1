import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A successful probe keeps its permit until the breaker closes.',
  must: ['breaker/6'],
  may: ['delivery/13'],
  minimal: 'publish-refused-on-two-topics-two-to-close',
  policies: {
    stepBreaker: (policy, state, event, now) => {
      const after = stepBreaker(policy, state, event, now)
      const stays = state.is === 'half-open' && after.state.is === 'half-open' && event.type === 'ended'
      if (!stays || event.result !== 'good') return after
      return { ...after, state: { ...after.state, inFlight: state.inFlight } }
    },
  },
}

export default brokenMemory(defect)
