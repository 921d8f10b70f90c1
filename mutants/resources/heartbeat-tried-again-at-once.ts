import { brokenMemory, type Defect } from '../mutant.ts'

const HIDDEN_RETRIES = 400

export const defect: Defect = {
  text: 'A heartbeat that fails is tried again at once, without any wait.',
  must: ['resources/11'],
  minimal: 'consume-link-refused',
  member: (log) => ({
    ...log,
    async sync(...given) {
      for (let hidden = 0; ; hidden++) {
        try {
          return await log.sync(...given)
        } catch (error) {
          if (hidden >= HIDDEN_RETRIES) throw error
        }
      }
    },
  }),
}

export default brokenMemory(defect)
