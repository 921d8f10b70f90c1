import { exposingMore, observationsOf, QUEUED } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

const failed = observationsOf((observation) => observation.type === 'settled' && observation.status === 'failed')

export const defect: Defect = {
  text: 'The gauge of the queue falls only when a publish that waited in it was acknowledged.',
  must: ['health/5'],
  minimal: 'metrics-of-a-queue-that-fails',
  site: failed.site,
  bus: (bus, site) => exposingMore(bus, QUEUED, () => failed.of(site)),
}

export default brokenObserved(defect)
