import { brokenMemory, type Defect, sleep } from '../mutant.ts'

const PAUSE = 400

export const defect: Defect = {
  text: 'A message that is to be dead-lettered first waits like a retry.',
  must: ['dead-letter/8'],
  may: ['resources/2', 'fail-fast/2'],
  minimal: 'handler-rejects-for-good-late',
  member: (log) => ({
    ...log,
    async storeDeadLetter(message, dedup) {
      await sleep(PAUSE)
      await log.storeDeadLetter(message, dedup)
    },
  }),
}

export default brokenMemory(defect)
