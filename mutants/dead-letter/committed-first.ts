import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus writes the dead letter in the background, and commits the position without waiting for it.',
  must: ['dead-letter/4'],
  may: [
    'delivery/1',
    'delivery/6',
    'dead-letter/1',
    'delivery/5',
    'resources/1',
    'ordering/5',
    'dead-letter/5',
    'delivery/14',
  ],
  minimal: 'handler-rejects-for-good',
  member: (log) => ({
    ...log,
    async storeDeadLetter(message, dedup) {
      void (async () => {
        for (let tries = 0; tries < 20; tries++) {
          if (
            await log.storeDeadLetter(message, dedup).then(
              () => true,
              () => false,
            )
          )
            return
          await sleep(50)
        }
      })()
    },
  }),
}

export default brokenMemory(defect)
