import { type BreakerState, stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** When the timer that a reset left behind fires, by the state that the reset made. */
const left = new WeakMap<BreakerState, number>()

export const defect: Defect = {
  text: 'A reset closes the breaker but leaves the timer of its reset time, which later turns it half-open.',
  must: ['breaker/10'],
  may: ['breaker/8'],
  minimal: 'reset-with-a-message-refused',
  policies: {
    stepBreaker: (policy, state, event, now) => {
      const until = left.get(state)
      if (event.type === 'ask' && until !== undefined && now >= until)
        return stepBreaker(policy, { is: 'open', generation: state.generation, until }, event, now)
      const after = stepBreaker(policy, state, event, now)
      if (event.type === 'reset' && state.is === 'open') left.set(after.state, state.until)
      else if (until !== undefined && after.state.is === 'closed') left.set(after.state, until)
      return after
    },
  },
}

export default brokenMemory(defect)
