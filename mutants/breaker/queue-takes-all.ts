import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every publish is queued, whatever the breaker says: its caller never hears that it is done.',
  must: ['breaker/11'],
  minimal: 'nothing',
  policies: { queue: { ...standardQueue, mustWait: () => true } },
}

export default brokenQueue(defect)
