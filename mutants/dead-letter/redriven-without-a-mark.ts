import { REDRIVEN } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redriven message lacks the header that marks it as redriven.',
  must: ['dead-letter/7'],
  may: [
    'delivery/3',
    'dead-letter/1',
    'dead-letter/2',
    'ordering/1',
    'retry/1',
    'retry/4',
    'retry/5',
    'retry/6',
    'ordering/6',
  ],
  minimal: 'handler-rejects-for-good',
  send: (send) => (message, attempt) =>
    send({ ...message, headers: message.headers.filter(([name]) => name !== REDRIVEN) }, attempt),
}

export default brokenMemory(defect)
