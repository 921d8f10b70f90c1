import { deadLetterFor, resilientClaims } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const { deadLetter } = resilientClaims

export const defect: Defect = {
  text: 'A consumer that reads dead letters and cannot handle one dead-letters it to the same topic, and so reads it again for ever.',
  must: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  handle:
    (handle, { send }) =>
    async (delivery) => {
      try {
        await handle(delivery)
      } catch (error) {
        const { message, position, attempt } = delivery
        if (position === undefined || !position.topic.endsWith(deadLetter.name)) throw error
        const letter = deadLetterFor(deadLetter, { message, position, group: 'letters', attempts: attempt, error }, '')
        const dedup = `again/${position.topic}/${position.offset}`
        await send({ ...letter, topic: position.topic }, { dedup, signal: new AbortController().signal })
      }
    },
}

export default brokenMemory(defect)
