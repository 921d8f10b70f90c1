import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect, withValue } from '../mutant.ts'

export const defect: Defect = {
  text: 'The value of a dead letter passes through a JSON string, which corrupts bytes that are not valid text.',
  must: ['dead-letter/3'],
  may: ['dead-letter/7', 'dead-letter/5'],
  minimal: 'tombstone-rejected-for-good',
  policies: {
    deadLetterFor(claim, failed, prefix) {
      const letter = deadLetterFor(claim, failed, prefix)
      return withValue(
        letter,
        new TextEncoder().encode(
          JSON.parse(JSON.stringify(new TextDecoder().decode(letter.value ?? undefined))) as string,
        ),
      )
    },
  },
}

export default brokenMemory(defect)
