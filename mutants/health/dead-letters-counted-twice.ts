import { DEAD_LETTERS, exposingMore, observationsOf } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

const stored = observationsOf(({ type }) => type === 'dead-lettered')

export const defect: Defect = {
  text: 'A dead letter counts when it is due, and again when it is stored.',
  must: ['health/5'],
  minimal: 'two-are-rejected-for-good',
  site: stored.site,
  bus: (bus, site) => exposingMore(bus, DEAD_LETTERS, () => stored.of(site)),
}

export default brokenObserved(defect)
