import { standardPolicies } from '../../adapters/resilience/index.ts'
import { brokenByKey, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus handles keys in parallel, and also the messages of one key.',
  must: ['ordering/5'],
  may: ['ordering/1', 'ordering/3', 'ordering/4'],
  minimal: 'behind-one-that-throws',
  policies: { ...standardPolicies, sideBySide: () => null },
}

export default brokenByKey(defect)
