import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The pages that a redrive reads overlap, so it publishes some dead letters twice.',
  must: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  letters: (read) => async (topic) => {
    const all = await read(topic)
    return [...all, ...all.slice(-1)]
  },
}

export default brokenMemory(defect)
