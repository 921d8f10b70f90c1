import { createResilientBus } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The namespace is left out of the name of the group, so that two environments on one broker share its messages out.',
  must: ['delivery/9'],
  bus: (bus, site, parts) => {
    const unnamed = createResilientBus(site, {
      ...parts,
      member: (subscription) => parts.member({ ...subscription, group: subscription.group.slice(site.prefix.length) }),
      disconnect: () => bus.close(),
    })
    return { ...unnamed, publish: bus.publish }
  },
}

export default brokenMemory(defect)
