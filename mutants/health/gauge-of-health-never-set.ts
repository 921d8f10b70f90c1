import { exposing, HEALTH, withValues } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The gauge of health stays as it was before the first health check.',
  must: ['health/5'],
  minimal: 'metrics-after-a-health-check',
  bus: (bus) => exposing(bus, (text) => withValues(text, HEALTH, () => 0)),
}

export default brokenObserved(defect)
