import { brokenMemory, type Defect } from '../mutant.ts'

/** Letters of a page. */
const PAGE = 3

export const defect: Defect = {
  text: 'A redrive waits until its last page of dead letters is full, which never happens.',
  must: ['dead-letter/7'],
  minimal: 'handler-fails',
  letters: (read) => async (topic) => {
    const letters = await read(topic)
    return letters.length % PAGE === 0 ? letters : await new Promise(() => undefined)
  },
}

export default brokenMemory(defect)
