import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A probe that was cancelled, or failed for good, keeps its permit.',
  must: ['breaker/6'],
  may: ['delivery/13'],
  minimal: 'probe-given-up-in-a-black-hole',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'half-open' && event.type === 'ended' && event.result === 'neither'
        ? { state, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
