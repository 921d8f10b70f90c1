import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Jitter only makes a wait longer, although the claim includes shorter ones.',
  must: ['retry/3'],
  policies: { backOff: (policy, n, random) => backOff(policy, n, () => 0.5 + random() / 2) },
}

export default brokenMemory(defect)
