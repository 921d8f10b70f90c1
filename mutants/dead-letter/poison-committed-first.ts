import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus writes the dead letter of an unreadable record in the background, and commits without waiting for it.',
  must: ['dead-letter/5'],
  // It tells of a dead letter that its process did not live to write.
  may: ['resources/1', 'dead-letter/1'],
  minimal: 'cannot-be-read',
  member: (log) => ({
    ...log,
    async storeDeadLetter(message, dedup) {
      const store = () => log.storeDeadLetter(message, dedup)
      if (!message.headers.some(([name]) => name === 'unreadable')) return await store()
      void sleep(20)
        .then(store)
        .catch(() => undefined)
    },
  }),
}

export default brokenMemory(defect)
