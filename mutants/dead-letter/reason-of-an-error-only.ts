import { deadLetterFor } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus assumes that handlers throw errors: if one rejects with a text, its dead letter has no reason.',
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
