import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Closing the bus forgets to close its connections.',
  must: ['resources/1'],
  minimal: 'nothing',
  disconnect: () => async () => undefined,
}

export default brokenMemory(defect)
