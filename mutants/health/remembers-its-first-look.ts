import type { ComponentHealth } from '../../harness/adapter.ts'
import { isClosed, tellingHealth, withComponents } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What the first look at a component saw is told for good.',
  must: ['health/1', 'health/2'],
  may: ['health/3'],
  minimal: 'asked-in-an-outage',
  bus(bus) {
    const first = new Map<string, ComponentHealth>()
    return tellingHealth((told) =>
      isClosed(told)
        ? told
        : withComponents(told, (one) => {
            const seen = first.get(one.name) ?? one
            if (one.name !== 'breaker') first.set(one.name, seen)
            return seen
          }),
    )(bus)
  },
}

export default brokenMemory(defect)
