import { brokenMemory, type Defect, textChanged } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'Values that are text are brought into composed form (NFC).',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ body: { text: 'e\u0301' } }),
  send: (send) => (message, attempt) =>
    send({ ...message, value: textChanged(message.value, (text) => text.normalize('NFC')) }, attempt),
}

export default brokenMemory(defect)
