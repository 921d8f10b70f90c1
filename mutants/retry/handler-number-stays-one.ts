import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus passes every call of a handler as the first attempt.',
  must: ['retry/6'],
  // Where it may have begun anew its number is believed, and its next waits are held to it.
  may: ['retry/2'],
  minimal: 'handler-throws-once',
  handle: (handle) => (delivery) => handle({ ...delivery, attempt: 1 }),
}

export default brokenMemory(defect)
