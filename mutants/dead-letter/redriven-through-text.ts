import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redrive converts dead letters to text, and publishes that text.',
  must: ['dead-letter/7'],
  minimal: 'tombstone-rejected-for-good',
  letters: (read) => async (topic) =>
    (await read(topic)).map((letter) => ({
      ...letter,
      value: new TextEncoder().encode(new TextDecoder().decode(letter.value ?? new Uint8Array(0))),
    })),
}

export default brokenMemory(defect)
