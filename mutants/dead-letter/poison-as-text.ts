import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect, withValue } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus converts an unreadable record to text in its dead letter, so that people can read it.',
  must: ['dead-letter/5'],
  minimal: 'cannot-be-read',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      const { isUnreadable } = failed
      if (isUnreadable !== true) return letter
      return withValue(letter, new TextEncoder().encode(new TextDecoder().decode(letter.value ?? undefined)))
    },
  },
}

export default brokenMemory(defect)
