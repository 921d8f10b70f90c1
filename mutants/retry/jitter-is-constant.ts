import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every wait is the middle of its range, because the jitter was removed for a test.',
  must: ['retry/3'],
  may: ['retry/7'],
  policies: { backOff: (policy, n) => backOff(policy, n, () => 0.5) },
}

export default brokenMemory(defect)
