import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each failed attempt writes a dead letter, even if a later attempt succeeds.',
  must: ['dead-letter/2'],
  may: ['dead-letter/1', 'dead-letter/3', 'retry/2'],
  minimal: 'handler-throws-once',
  bus: (bus, site, parts) => ({
    ...bus,
    subscribe: (subscription, handle) =>
      bus.subscribe(subscription, async (delivery) => {
        try {
          await handle(delivery)
        } catch (error) {
          const { deadLetter } = site.claims
          const { message, position, attempt } = delivery
          if (deadLetter !== undefined && position !== undefined) {
            const letter = deadLetterFor(
              deadLetter,
              { message, position, group: subscription.group, attempts: attempt, error },
              site.prefix,
            )
            await parts
              .member(subscription)
              .storeDeadLetter(letter, `${subscription.group}/${position.partition}/${position.offset}/${attempt}`)
              .catch(() => undefined)
          }
          throw error
        }
      }),
  }),
}

export default brokenMemory(defect)
