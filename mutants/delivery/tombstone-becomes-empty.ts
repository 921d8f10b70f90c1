import { brokenMemory, type Defect, withValue } from '../mutant.ts'

export const defect: Defect = {
  text: 'A null value is sent as an empty one, so a tombstone deletes nothing.',
  must: ['delivery/4'],
  may: ['dead-letter/3'],
  minimal: 'one-tombstone',
  send: (send) => (message, attempt) => send(withValue(message, message.value ?? new Uint8Array(0)), attempt),
}

export default brokenMemory(defect)
