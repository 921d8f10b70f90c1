import { createResilientBus } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus stores positions without the name of the group, so all groups share messages between them.',
  must: ['delivery/5', 'delivery/1'],
  // Two buses are under it, each with a breaker that its close shuts down.
  may: [
    'breaker/8',
    'breaker/10',
    'delivery/7',
    'delivery/8',
    'delivery/9',
    'delivery/10',
    'ordering/3',
    'ordering/5',
    'delivery/1',
    'delivery/6',
    'delivery/13',
    'dead-letter/1',
    'dead-letter/2',
    'dead-letter/3',
    'dead-letter/4',
    'ordering/1',
    'ordering/4',
    'retry/1',
    'delivery/14',
  ],
  minimal: 'nothing',
  bus: (bus, site, parts) => {
    const shared = createResilientBus(site, {
      ...parts,
      member: (subscription) => parts.member({ ...subscription, group: `${site.prefix}everyone` }),
      disconnect: () => bus.close(),
    })
    return { ...shared, publish: bus.publish }
  },
}

export default brokenMemory(defect)
