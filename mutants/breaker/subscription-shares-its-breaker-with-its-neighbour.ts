import { createSubscriberBreaker, type SubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker belongs to the topic, so that a group which fails stops its neighbours there.',
  must: ['breaker/14'],
  may: ['breaker/13', 'delivery/1', 'delivery/5', 'delivery/13'],
  minimal: 'fails-beside-a-group-of-its-topic',
  parts() {
    const byTopic = new Map<string, SubscriberBreaker>()
    return {
      breaker(claim, _group, topic) {
        const shared = byTopic.get(topic) ?? createSubscriberBreaker(claim)
        byTopic.set(topic, shared)
        return shared
      },
    }
  },
}

export default brokenInProcess(defect)
