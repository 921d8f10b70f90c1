import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What a handler throws is taken for an error: one that rejects with a text leaves a dead letter without a reason.',
  must: ['dead-letter/3'],
  minimal: 'handler-fails-on-two-partitions',
  policies: {
    deadLetterFor: (claim, failed, prefix) =>
      deadLetterFor(
        claim,
        { ...failed, error: failed.error instanceof Error ? failed.error : new Error('', { cause: failed.error }) },
        prefix,
      ),
  },
}

export default brokenMemory(defect)
