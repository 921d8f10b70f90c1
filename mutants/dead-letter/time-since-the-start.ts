import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "The bus takes the failure's timestamp from a monotonic clock, so it lies in 1970.",
  must: ['dead-letter/3'],
  may: ['dead-letter/5'],
  minimal: 'handler-rejects-for-good',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      const time = new TextEncoder().encode(new Date(performance.now()).toISOString())
      return {
        ...letter,
        headers: letter.headers.map(([name, value]) => [name, name === 'failure_timestamp' ? time : value] as const),
      }
    },
  },
}

export default brokenMemory(defect)
