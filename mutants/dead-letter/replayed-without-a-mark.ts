import { REPLAYED } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A replayed message lacks the header that marks it as replayed.',
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
    send({ ...message, headers: message.headers.filter(([name]) => name !== REPLAYED) }, attempt),
}

export default brokenMemory(defect)
