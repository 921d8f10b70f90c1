import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The dead letter states the number of retries, at least one, instead of the number of attempts.',
  must: ['retry/6'],
  minimal: 'handler-fails',
  policies: {
    deadLetterFor: (claim, failed, prefix) =>
      deadLetterFor(claim, { ...failed, attempts: Math.max(1, failed.attempts - 1) }, prefix),
  },
}

export default brokenMemory(defect)
