import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'A key is sent only if it has any bytes.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7', 'ordering/1', 'ordering/2', 'ordering/4'],
  minimal: { ...one({}), keys: [{ text: '' }] },
  send: (send) => (message, attempt) =>
    send({ ...message, key: message.key !== null && message.key.length > 0 ? message.key : null }, attempt),
}

export default brokenMemory(defect)
