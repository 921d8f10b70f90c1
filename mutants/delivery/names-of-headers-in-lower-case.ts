import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'Names of headers are stored in lower case.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ headers: [{ name: 'A', value: { text: 'a' } }] }),
  send: (send) => (message, attempt) =>
    send({ ...message, headers: message.headers.map(([name, value]) => [name.toLowerCase(), value]) }, attempt),
}

export default brokenMemory(defect)
