import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A call that was cancelled, or failed for good, counts as a failure.',
  must: ['breaker/9'],
  may: ['breaker/1', 'breaker/5'],
  minimal: 'aborted-in-a-black-hole-trips-at-two',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(
        policy,
        state,
        event.type === 'ended' && event.result === 'neither' ? { ...event, result: 'bad' } : event,
        now,
      ),
  },
}

export default brokenMemory(defect)
