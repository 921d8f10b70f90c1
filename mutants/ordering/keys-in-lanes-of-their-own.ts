import { standardPolicies } from '../../adapters/resilience/index.ts'
import { brokenOptions, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus claims an order per partition, but serialises only publishes with the same key.',
  must: ['ordering/2'],
  minimal: 'other-key-sent-while-one-is-tried-again',
  policies: { orderingKeyOf: standardPolicies.orderingKeyOf },
}

export default brokenOptions(defect)
