import { exposing } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A scrape looks first whether the broker answers, and fails if it does not.',
  must: ['health/4'],
  minimal: 'metrics-in-an-outage',
  bus: (bus, site, { components = [] }) =>
    exposing(bus, async (text) => {
      const signal = AbortSignal.timeout(site.claims.publish.timeout)
      for (const { look } of components) await look(signal)
      return text
    }),
}

export default brokenObserved(defect)
