import { brokenMemory, type Defect, withValue } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus sends a null value as an empty one, so a tombstone deletes nothing.',
  must: ['delivery/4'],
  // Nor is a dead letter's redrive what was published.
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: 'one-tombstone',
  send: (send) => (message, attempt) => send(withValue(message, message.value ?? new Uint8Array(0)), attempt),
}

export default brokenMemory(defect)
