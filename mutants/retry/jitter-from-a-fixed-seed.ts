import memory, { memoryParts } from '../../adapters/memory/index.ts'
import { backOff, createResilientBus, standardPolicies } from '../../adapters/resilience/index.ts'
import type { BusAdapter } from '../../harness/adapter.ts'
import { createRandom } from '../../harness/random.ts'
import type { Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each bus draws its jitter from its own generator, which always starts with the same seed.',
  must: ['retry/3'],
}

/** By hand, since every bus needs a generator of its own. */
const adapter: BusAdapter = {
  ...memory,
  name: 'broken memory',
  async open(site) {
    const random = createRandom(1)
    const policies = {
      ...standardPolicies,
      backOff: (policy: Parameters<typeof backOff>[0], n: number) => backOff(policy, n, random),
    }
    return createResilientBus(site, { ...memoryParts(site), policies })
  },
}

export default adapter
