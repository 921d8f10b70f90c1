import { exposingMore, FAILED, observationsOf } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

const failed = observationsOf(
  ({ type, ...rest }) => type === 'attempt-ended' && 'outcome' in rest && rest.outcome === 'failed',
)

export const defect: Defect = {
  text: 'Each attempt that fails counts as a failed publish.',
  must: ['health/5'],
  minimal: 'metrics-in-an-outage',
  site: failed.site,
  bus: (bus, site) => exposingMore(bus, FAILED, () => failed.of(site)),
}

export default brokenObserved(defect)
