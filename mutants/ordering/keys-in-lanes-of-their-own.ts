import { standardPolicies } from '../../adapters/resilience/index.ts'
import { brokenOptions, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'An order per partition is claimed, but publishes wait for each other only where they have one key.',
  must: ['ordering/2'],
  minimal: 'other-key-sent-while-one-is-tried-again',
  policies: { orderingKeyOf: standardPolicies.orderingKeyOf },
}

export default brokenOptions(defect)
