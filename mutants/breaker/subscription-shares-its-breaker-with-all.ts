import { createSubscriberBreaker, type SubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The bus has one breaker for all its subscriptions, so that one which fails stops the others.',
  must: ['breaker/14'],
  may: ['breaker/13', 'delivery/1', 'delivery/5', 'delivery/13'],
  minimal: 'fails-beside-a-group-of-another-topic',
  parts() {
    let shared: SubscriberBreaker | null = null
    return {
      breaker(claim) {
        shared ??= createSubscriberBreaker(claim)
        return shared
      },
    }
  },
}

export default brokenInProcess(defect)
