import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'A header is skipped if an object that collects headers has a member of its name, which each object has for `constructor`.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ headers: [{ name: 'constructor', value: { text: 'a' } }] }),
  send: (send) => (message, attempt) =>
    send({ ...message, headers: message.headers.filter(([name]) => !(name in {})) }, attempt),
}

export default brokenMemory(defect)
