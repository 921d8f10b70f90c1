import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'If the destination does not accept a dead letter at once, the bus logs it and drops it.',
  must: ['dead-letter/1', 'dead-letter/4'],
  // Where a message is delivered again after it was dropped, what came in between was not held back behind it.
  may: ['delivery/1', 'delivery/5', 'delivery/6', 'ordering/5', 'dead-letter/5', 'delivery/14'],
  minimal: 'dead-letters-refused',
  member: (log) => ({
    ...log,
    storeDeadLetter: (message, dedup) =>
      log
        .storeDeadLetter(message, dedup)
        .catch((error: unknown) => console.error('dead letter lost', error instanceof Error ? error.message : error)),
  }),
}

export default brokenMemory(defect)
