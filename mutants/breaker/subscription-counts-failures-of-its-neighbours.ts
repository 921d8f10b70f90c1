import { createSubscriberBreaker, type SubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of each subscription counts the failures of all, and opens with them.',
  must: ['breaker/14', 'breaker/13'],
  may: ['delivery/1', 'delivery/5', 'delivery/13'],
  minimal: 'fails-beside-a-group-of-its-topic',
  parts() {
    const all: SubscriberBreaker[] = []
    return {
      breaker(claim) {
        const breaker = createSubscriberBreaker(claim)
        all.push(breaker)
        return {
          ...breaker,
          ended(succeeded) {
            for (const one of succeeded ? [breaker] : all) one.ended(succeeded)
          },
        }
      },
    }
  },
}

export default brokenInProcess(defect)
