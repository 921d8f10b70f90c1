import { brokenMemory, type Defect } from '../mutant.ts'

const HIDDEN_RETRIES = 400

export const defect: Defect = {
  text: 'A dead letter that cannot be stored is stored again at once, without any wait.',
  must: ['resources/11'],
  minimal: 'dead-letters-refused',
  member: (log) => ({
    ...log,
    async storeDeadLetter(letter, id) {
      for (let hidden = 0; ; hidden++) {
        try {
          return await log.storeDeadLetter(letter, id)
        } catch (error) {
          if (hidden >= HIDDEN_RETRIES) throw error
        }
      }
    },
  }),
}

export default brokenMemory(defect)
