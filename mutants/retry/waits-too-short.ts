import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Jitter is drawn from zero up, so some retries come long before the claimed wait.',
  must: ['retry/2'],
  minimal: 'handler-fails-with-many-retries',
  policies: {
    backOff: (policy, n, random) => backOff({ ...policy, jitter: { low: 0, high: policy.jitter.high } }, n, random),
  },
}

export default brokenMemory(defect)
