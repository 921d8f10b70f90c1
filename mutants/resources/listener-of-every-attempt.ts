import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every attempt listens whether its bus closes, and never stops listening until it does.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  send(send) {
    const closing = new EventTarget()
    return (message, attempt) => {
      const gaveUp = new AbortController()
      closing.addEventListener('close', () => gaveUp.abort())
      return send(message, attempt)
    }
  },
}

export default brokenMemory(defect)
