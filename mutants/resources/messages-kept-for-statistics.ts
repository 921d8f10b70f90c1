import type { Message } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const sent: Message[] = []

export const defect: Defect = {
  text: 'The module keeps every published message for its statistics, and never clears them.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  send: (send) => (message, attempt) => {
    sent.push(message)
    return send(message, attempt)
  },
}

export default brokenMemory(defect)
