import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The dead letter does not state the original position of the message.',
  must: ['dead-letter/3'],
  may: ['dead-letter/5'],
  minimal: 'handler-rejects-for-good',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      return { ...letter, headers: letter.headers.filter(([name]) => name !== 'original_position') }
    },
  },
}

export default brokenMemory(defect)
