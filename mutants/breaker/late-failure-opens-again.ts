import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While half-open, the breaker counts every failure, whenever its call was let in.',
  must: ['breaker/7'],
  may: ['breaker/5'],
  minimal: 'late-failure-while-half-open',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(
        policy,
        state,
        state.is === 'half-open' && event.type === 'ended' && event.result === 'bad'
          ? { ...event, generation: state.generation }
          : event,
        now,
      ),
  },
}

export default brokenMemory(defect)
