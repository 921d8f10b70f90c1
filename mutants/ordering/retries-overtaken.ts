import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Publishes of one key go out side by side, so that a retry is overtaken by the messages behind it.',
  must: ['ordering/1'],
  minimal: 'overtaken-while-it-is-tried-again',
  policies: { orderingKeyOf: () => null },
}

export default brokenMemory(defect)
