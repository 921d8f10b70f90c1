import type { RowValues } from '../../harness/adapter.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

/** As for a driver that knows no booleans. */
const withoutBooleans = (values: RowValues): RowValues =>
  ({ ...values, flag: Number(values.flag) }) as unknown as RowValues

export const defect: Defect = {
  text: 'The bus stores the booleans of a row as integers.',
  must: ['fail-fast/8'],
  minimal: 'nothing',
  row: ({ id, values }) => ({ id, values: withoutBooleans(values) }),
}

export default brokenWriting(defect)
