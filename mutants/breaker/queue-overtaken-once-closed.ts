import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'As soon as the breaker has closed, new publishes go out at once, past what still waits.',
  must: ['breaker/11'],
  may: ['ordering/1'],
  minimal: 'two-queued-while-forced-open',
  policies: { queue: { ...standardQueue, mustWait: (breaker) => breaker !== 'closed' } },
}

export default brokenQueue(defect)
