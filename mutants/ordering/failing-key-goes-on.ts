import { standardPolicies } from '../../adapters/resilience/index.ts'
import { brokenByKey, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Keys are handled side by side, and so are messages of one key.',
  must: ['ordering/5'],
  may: ['ordering/1', 'ordering/3', 'ordering/4'],
  minimal: 'behind-one-that-throws',
  policies: { ...standardPolicies, sideBySide: () => null },
}

export default brokenByKey(defect)
