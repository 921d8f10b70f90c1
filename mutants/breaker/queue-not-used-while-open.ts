import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'While the breaker is open publishes are refused as ever; only what is called while others probe is queued.',
  must: ['breaker/11'],
  minimal: 'publish-refused',
  policies: { queue: { ...standardQueue, mustWait: (breaker, waiting) => breaker === 'half-open' || waiting > 0 } },
}

export default brokenQueue(defect)
