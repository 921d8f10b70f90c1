import type { Message } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const sent: Message[] = []

export const defect: Defect = {
  text: 'What was published is kept by the module for its statistics, which nobody ever resets.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  send: (send) => (message, attempt) => {
    sent.push(message)
    return send(message, attempt)
  },
}

export default brokenMemory(defect)
