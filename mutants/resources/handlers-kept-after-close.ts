import type { Handler } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const handlers: Handler[] = []

export const defect: Defect = {
  text: 'Handlers stay in a list of the module after their consumer and their bus have closed.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  handle(handle) {
    handlers.push(handle)
    return handle
  },
}

export default brokenMemory(defect)
