import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The dead letter tells the retries, not the attempts, and never less than one.',
  must: ['retry/6'],
  minimal: 'handler-fails',
  policies: {
    deadLetterFor: (claim, failed, prefix) =>
      deadLetterFor(claim, { ...failed, attempts: Math.max(1, failed.attempts - 1) }, prefix),
  },
}

export default brokenMemory(defect)
