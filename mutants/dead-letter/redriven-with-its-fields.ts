import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redriven message keeps the headers that dead-lettering added.',
  must: ['dead-letter/7'],
  // Those of two groups differ, and what is made of the one is not as the other.
  may: ['delivery/4', 'dead-letter/3'],
  minimal: 'handler-rejects-for-good',
  letters: (read) => async (topic) =>
    (await read(topic)).map((letter) => ({
      ...letter,
      headers: [...letter.headers, ['original_topic', new TextEncoder().encode(topic)] as const],
    })),
}

export default brokenMemory(defect)
