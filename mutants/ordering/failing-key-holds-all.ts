import { brokenByKey, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only the key of a failing message ought to wait, but one lane takes all that come after it.',
  must: ['ordering/5'],
  minimal: 'late-failure-beside-another-key',
  policies: { sideBySide: () => 'one' },
}

export default brokenByKey(defect)
