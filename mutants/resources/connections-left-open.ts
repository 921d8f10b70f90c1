import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Close does not close the connections of the bus.',
  must: ['resources/1'],
  minimal: 'nothing',
  disconnect: () => async () => undefined,
}

export default brokenMemory(defect)
