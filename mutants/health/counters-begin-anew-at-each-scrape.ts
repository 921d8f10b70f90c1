import { ACKNOWLEDGED, exposing, withValues } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A scrape tells what has happened since the last one.',
  must: ['health/4'],
  may: ['health/5'],
  minimal: 'metrics-in-traffic',
  bus(bus) {
    let before = 0
    return exposing(bus, (text) =>
      withValues(text, ACKNOWLEDGED, (value) => {
        const since = value - before
        before = value
        return since
      }),
    )
  },
}

export default brokenObserved(defect)
