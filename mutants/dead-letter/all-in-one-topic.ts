import { brokenMemory, type Defect } from '../mutant.ts'
import { consumer, message, permanent, plan } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'The name of the topic for dead letters is made once, from the first message that failed, and kept for all others.',
  must: ['dead-letter/6'],
  may: ['dead-letter/7'],
  minimal: plan({
    messages: [message(permanent), message({ ...permanent, topic: 1, at: 50 })],
    consumers: [consumer(), consumer({ topic: 1 })],
    topics: [{ partitions: 1 }, { partitions: 1 }],
  }),
  member(log, site) {
    return {
      ...log,
      async storeDeadLetter(message, dedup) {
        const topic = first.get(site) ?? message.topic
        first.set(site, topic)
        await log.storeDeadLetter({ ...message, topic }, dedup)
      },
    }
  },
}

/** By run, which has a site of its own for each node. */
const first = new WeakMap<object, string>()

export default brokenMemory(defect)
