import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus sends publishes of one key in parallel, so later messages overtake a retry.',
  must: ['ordering/1'],
  minimal: 'overtaken-while-it-is-tried-again',
  policies: { orderingKeyOf: () => null },
}

export default brokenMemory(defect)
