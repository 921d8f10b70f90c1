import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The jitter was taken out for a test, and every wait lies in the middle of its range.',
  must: ['retry/3'],
  may: ['retry/7'],
  policies: { backOff: (policy, n) => backOff(policy, n, () => 0.5) },
}

export default brokenMemory(defect)
