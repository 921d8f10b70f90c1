import { brokenMemory, type Defect } from '../mutant.ts'
import { consumer, message, permanent, plan } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'The bus derives the name of the dead-letter topic once, from the first message that failed, and uses it for all others.',
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
