import { brokenMemory, type Defect } from '../mutant.ts'

/** Letters of a page. */
const PAGE = 2

export const defect: Defect = {
  text: 'A redrive reads one page of dead letters, and refuses if there are more.',
  must: ['dead-letter/7'],
  may: ['fail-fast/3'],
  minimal: 'three-rejected-for-good',
  letters: (read) => async (topic) => {
    const letters = await read(topic)
    if (letters.length > PAGE) throw new Error(`more than ${PAGE} dead letters`)
    return letters
  },
}

export default brokenMemory(defect)
