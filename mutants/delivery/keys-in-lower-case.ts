import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

const lower = (bytes: Uint8Array): Uint8Array => {
  const text = Buffer.from(bytes)
  return /^[A-Z0-9 _.-]*$/i.test(text.toString('latin1')) ? Buffer.from(text.toString().toLowerCase()) : bytes
}

export const defect: Defect = {
  text: 'Keys of letters and digits are stored in lower case.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7', 'ordering/2'],
  minimal: { ...one({}), keys: [{ text: 'K' }] },
  send: (send) => (message, attempt) =>
    send(message.key === null ? message : { ...message, key: lower(message.key) }, attempt),
}

export default brokenMemory(defect)
