import type { BusHealth, Site } from '../../harness/adapter.ts'
import { tellingHealth } from '../health-parts.ts'
import { exposing, HEALTH, withValues } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

const wasWell = new WeakSet<Site>()

export const defect: Defect = {
  text: 'The gauge of health is 1 from the first health check that found the bus healthy.',
  must: ['health/5'],
  minimal: 'metrics-in-an-outage-that-began-late',
  bus(bus, site) {
    const see = (told: BusHealth): BusHealth => {
      if (told.status === 'healthy') wasWell.add(site)
      return told
    }
    return exposing(tellingHealth(see)(bus), (text) =>
      withValues(text, HEALTH, (value) => (wasWell.has(site) ? 1 : value)),
    )
  },
}

export default brokenObserved(defect)
