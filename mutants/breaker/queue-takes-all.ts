import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus queues every publish, whatever state the breaker is in, so callers never receive an acknowledgement.',
  must: ['breaker/11'],
  minimal: 'nothing',
  policies: { queue: { ...standardQueue, mustWait: () => true } },
}

export default brokenQueue(defect)
