import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The wait grows by the square of the factor, without a cap.',
  must: ['retry/2'],
  may: ['delivery/13'],
  minimal: 'handler-throws-twice',
  policies: {
    backOff: (policy, n, random) =>
      backOff({ ...policy, factor: policy.factor ** 2, cap: Number.POSITIVE_INFINITY }, n, random),
  },
}

export default brokenMemory(defect)
