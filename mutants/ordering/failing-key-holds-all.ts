import { brokenByKey, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only the key of a failing message should wait, but all later messages wait.',
  must: ['ordering/5'],
  minimal: 'late-failure-beside-another-key',
  policies: { sideBySide: () => 'one' },
}

export default brokenByKey(defect)
