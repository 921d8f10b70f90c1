import { isClosed, tellingHealth, withComponents } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A connection counts as healthy as long as nobody has tried to use it: the health check asks nothing over it.',
  must: ['health/2'],
  may: ['health/3'],
  minimal: 'asked-in-an-outage',
  bus: tellingHealth((told) =>
    isClosed(told)
      ? told
      : withComponents(told, (one) =>
          one.name === 'breaker' ? one : { ...one, status: 'healthy', message: 'it is connected' },
        ),
  ),
}

export default brokenMemory(defect)
