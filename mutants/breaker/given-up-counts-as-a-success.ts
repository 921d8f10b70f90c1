import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A call that was cancelled, or failed for good, counts as a success.',
  must: ['breaker/9'],
  may: ['breaker/1', 'breaker/5'],
  minimal: 'probe-given-up-in-a-black-hole',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(
        policy,
        state,
        event.type === 'ended' && event.result === 'neither' ? { ...event, result: 'good' } : event,
        now,
      ),
  },
}

export default brokenMemory(defect)
