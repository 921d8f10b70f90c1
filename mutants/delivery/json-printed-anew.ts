import { brokenMemory, type Defect, textChanged } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'Values that are JSON are parsed and printed anew.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ body: { text: '1.0' } }),
  send: (send) => (message, attempt) =>
    send({ ...message, value: textChanged(message.value, (text) => JSON.stringify(JSON.parse(text))) }, attempt),
}

export default brokenMemory(defect)
