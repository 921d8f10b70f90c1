import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus stores the integers of a row in 32 bits, and truncates larger ones.',
  must: ['fail-fast/8'],
  minimal: 'two-nodes',
  row: ({ id, values }) => ({ id, values: { ...values, count: values.count | 0 } }),
}

export default brokenWriting(defect)
