import type { Bus } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const buses = new Map<string, Bus>()

export const defect: Defect = {
  text: 'Every bus is added to a registry under its name, and never removed.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  bus(bus, site) {
    buses.set(site.node, bus)
    return bus
  },
}

export default brokenMemory(defect)
