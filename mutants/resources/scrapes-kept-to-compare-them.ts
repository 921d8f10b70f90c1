import { exposing } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus keeps what it has exposed, to tell at its close how its metrics went.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const exposed: string[] = []
    return exposing(bus, (text) => {
      exposed.push(text)
      return text
    })
  },
}

export default brokenObserved(defect)
