import { UNREGISTERED_LATE } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that has no handler is dead-lettered by the dispatcher, and once more by the bus.',
  must: ['dispatch/2'],
  minimal: UNREGISTERED_LATE,
  member: (log) => ({
    ...log,
    async storeDeadLetter(letter, dedup) {
      await log.storeDeadLetter(letter, dedup)
      const type = letter.headers.find(([name]) => name === 'error_type')?.[1]
      if (new TextDecoder().decode(type) === 'UNREGISTERED_TYPE') await log.storeDeadLetter(letter, `${dedup}/again`)
    },
  }),
}

export default brokenOnex(defect)
