import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While the breaker is open, the bus refuses publishes; it queues only those that are called during a probe.',
  must: ['breaker/11'],
  minimal: 'publish-refused',
  policies: { queue: { ...standardQueue, mustWait: (breaker, waiting) => breaker === 'half-open' || waiting > 0 } },
}

export default brokenQueue(defect)
