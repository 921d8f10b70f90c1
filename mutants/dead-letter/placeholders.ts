import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reads the reason from a property that the error lacks, so the reason is the text undefined.',
  must: ['dead-letter/3'],
  may: ['dead-letter/5'],
  minimal: 'handler-rejects-for-good',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      const reason = new TextEncoder().encode(String((failed.error as { reason?: unknown } | undefined)?.reason))
      return {
        ...letter,
        headers: letter.headers.map(([name, value]) => [name, name === 'failure_reason' ? reason : value] as const),
      }
    },
  },
}

export default brokenMemory(defect)
