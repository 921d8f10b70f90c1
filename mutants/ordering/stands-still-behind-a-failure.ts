import type { BusAdapter } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus claims to continue behind a failing message, but waits until it is settled.',
  must: ['ordering/5'],
  minimal: 'failure-just-before-the-end-of-two-topics',
}

const bus = brokenMemory(defect)
const standing: BusAdapter = {
  ...bus,
  claims: { ...bus.claims, consume: { ...bus.claims.consume, behindFailure: 'go-on' } },
}

export default standing
