import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What waits is tried once: when that fails it is told as failed, and the next one goes out.',
  must: ['breaker/11'],
  minimal: 'queued-behind-a-failure',
  policies: { queue: { ...standardQueue, keeps: () => false } },
}

export default brokenQueue(defect)
