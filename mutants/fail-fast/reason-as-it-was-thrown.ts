import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "A dead letter's reason is whatever the handler threw, unchanged.",
  must: ['fail-fast/4'],
  // A handler may throw nothing that says why.
  may: ['dead-letter/3'],
  minimal: 'handler-rejects-for-good',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      const reason = new TextEncoder().encode(String(failed.error))
      return {
        ...letter,
        headers: letter.headers.map(([name, value]) => [name, name === 'failure_reason' ? reason : value] as const),
      }
    },
  },
}

export default brokenMemory(defect)
