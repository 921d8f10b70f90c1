import { resilientClaims } from '../../adapters/resilience/index.ts'
import type { Handler } from '../../harness/adapter.ts'
import { brokenMemory, type Defect, sleep } from '../mutant.ts'

/** As good as for ever: more than a reader of dead letters gets time for. */
const ROUNDS = 100
const BETWEEN = 10

/** Each try is told as the first. */
const untilItIsHandled =
  (handle: Handler): Handler =>
  async (delivery) => {
    for (let round = 1; ; round++) {
      try {
        return await handle({ ...delivery, attempt: 1 })
      } catch (error) {
        if (round === ROUNDS) throw error
        await sleep(BETWEEN)
      }
    }
  }

export const defect: Defect = {
  text: 'A consumer that reads dead letters retries one that it cannot handle for ever, because it has no dead-letter topic.',
  must: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  bus: (bus) => ({
    ...bus,
    subscribe(subscription, handle) {
      const isReader = subscription.topics.some((topic) => topic.endsWith(resilientClaims.deadLetter.name))
      return bus.subscribe(subscription, isReader ? untilItIsHandled(handle) : handle)
    },
  }),
}

export default brokenMemory(defect)
