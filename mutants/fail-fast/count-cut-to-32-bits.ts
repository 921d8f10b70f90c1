import { brokenRecording, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whole numbers among the parameters of a write are stored in 32 bits, and what is beyond is cut off.',
  must: ['fail-fast/8'],
  minimal: 'two-nodes',
  row: ({ id, values }) => ({ id, values: { ...values, count: values.count | 0 } }),
}

export default brokenRecording(defect)
