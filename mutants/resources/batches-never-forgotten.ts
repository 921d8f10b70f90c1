import type { BatchOutcome } from '../../harness/claims/batch.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus keeps the outcomes of each batch, in case somebody asks for them again.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const known = new Map<string, readonly BatchOutcome[]>()
    return {
      ...bus,
      async publishBatch(batch) {
        const outcomes = (await bus.publishBatch?.(batch)) ?? []
        known.set(batch.map(({ op }) => op).join(), outcomes)
        return outcomes
      },
    }
  },
}

export default brokenMemory(defect)
