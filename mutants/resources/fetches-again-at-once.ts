import { brokenMemory, type Defect } from '../mutant.ts'

const HIDDEN_RETRIES = 400

export const defect: Defect = {
  text: 'The client library fetches again at once, and again, as long as its connection is refused.',
  must: ['resources/11'],
  minimal: 'consume-link-refused',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      for (let hidden = 0; ; hidden++) {
        try {
          return await log.fetch(partition, from, signal)
        } catch (error) {
          if (hidden >= HIDDEN_RETRIES || signal.aborted) throw error
        }
      }
    },
  }),
}

export default brokenMemory(defect)
