import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus delivers a handled message once more before its commit, each time as the first attempt.',
  must: ['delivery/3'],
  // A handler that rejected it the second time dead-letters what had been handled.
  may: ['retry/1', 'retry/2', 'retry/6', 'dead-letter/1', 'dead-letter/2', 'dead-letter/8'],
  minimal: 'handler-is-slower-than-a-session',
  handle: (handle) => async (delivery) => {
    await handle(delivery)
    await handle(delivery)
  },
}

export default brokenMemory(defect)
