import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A queued publish is tried once: if that fails, the bus reports it as failed and sends the next one.',
  must: ['breaker/11'],
  minimal: 'queued-behind-a-failure',
  policies: { queue: { ...standardQueue, keeps: () => false } },
}

export default brokenQueue(defect)
