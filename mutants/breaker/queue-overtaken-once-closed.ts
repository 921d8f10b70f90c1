import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Once the breaker has closed, new publishes overtake those that are still queued.',
  must: ['breaker/11'],
  may: ['ordering/1'],
  minimal: 'two-queued-while-forced-open',
  policies: { queue: { ...standardQueue, mustWait: (breaker) => breaker !== 'closed' } },
}

export default brokenQueue(defect)
