import { createResilientBus } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "The namespace is not part of the group's name, so two environments on one broker share messages between them.",
  must: ['delivery/9'],
  // Two buses are under it, each with a breaker that its close shuts down.
  may: ['breaker/8', 'breaker/10'],
  minimal: 'nothing',
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
