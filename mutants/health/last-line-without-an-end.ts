import { exposing } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The last line of the metrics has no line feed, which Prometheus asks for.',
  must: ['health/4'],
  minimal: 'nothing',
  bus: (bus) => exposing(bus, (text) => text.trimEnd()),
}

export default brokenObserved(defect)
