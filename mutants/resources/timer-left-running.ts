import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A health check runs on an interval that outlives the bus.',
  must: ['resources/1'],
  minimal: 'nothing',
  bus: (bus) => {
    setInterval(() => undefined, 1_000)
    return bus
  },
}

export default brokenMemory(defect)
