import { exposing } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What has not happened yet is not exposed.',
  must: ['health/4'],
  may: ['health/5'],
  minimal: 'nothing',
  bus: (bus) =>
    exposing(bus, (text) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('#') || !line.endsWith(' 0'))
        .join('\n'),
    ),
}

export default brokenObserved(defect)
