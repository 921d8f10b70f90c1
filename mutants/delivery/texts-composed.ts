import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

function composed(value: Uint8Array): Uint8Array {
  try {
    return Buffer.from(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value).normalize('NFC'))
  } catch {
    return value
  }
}

export const defect: Defect = {
  text: 'Values that are text are brought into composed form (NFC).',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ body: { text: 'e\u0301' } }),
  send: (send) => (message, attempt) =>
    send(message.value === null ? message : { ...message, value: composed(message.value) }, attempt),
}

export default brokenMemory(defect)
