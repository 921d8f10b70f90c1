import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect, withValue } from '../mutant.ts'

export const defect: Defect = {
  text: 'What cannot be read is written to the dead letters as text, so that people can read it there.',
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
