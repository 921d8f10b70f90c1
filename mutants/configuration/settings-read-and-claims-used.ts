import onexMemory, { openAsClaimed } from '../../adapters/onex-memory/index.ts'
import type { BusAdapter } from '../../harness/adapter.ts'
import type { Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Settings are read and reported, and the bus is made from something else.',
  must: ['fail-fast/2', 'retry/1', 'retry/2', 'breaker/1', 'breaker/3'],
  may: [
    'breaker/2',
    'breaker/4',
    'breaker/5',
    'breaker/8',
    'breaker/9',
    'breaker/11',
    'retry/5',
    'retry/7',
    'delivery/13',
  ],
  minimal: 'publish-refused',
}

const adapter: BusAdapter = {
  ...onexMemory,
  name: 'broken onex-memory',
  open: async (site) => openAsClaimed(site),
}

export default adapter
