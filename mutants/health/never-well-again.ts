import type { ComponentHealth } from '../../harness/adapter.ts'
import { tellingHealth, withComponents } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Once a look at a component has failed, it stays as it was then.',
  must: ['health/2'],
  may: ['health/3'],
  minimal: 'asked-in-an-outage',
  bus(bus) {
    const failed = new Map<string, ComponentHealth>()
    return tellingHealth((told) =>
      withComponents(told, (one) => {
        const seen = failed.get(one.name) ?? one
        if (one.name !== 'breaker' && seen.status !== 'healthy') failed.set(one.name, seen)
        return { ...seen, checkedAt: one.checkedAt }
      }),
    )(bus)
  },
}

export default brokenMemory(defect)
