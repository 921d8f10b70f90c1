import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each attempt adds a header with its number and its own id, so the system stores a retry as another message.',
  must: ['retry/6'],
  may: ['delivery/3', 'delivery/4', 'ordering/6', 'ordering/1', 'dead-letter/1', 'dead-letter/3', 'fail-fast/1'],
  minimal: 'publish-black-holed',
  send(send) {
    const attempts = new Map<string, number>()
    return (message, attempt) => {
      const number = (attempts.get(attempt.dedup) ?? 0) + 1
      attempts.set(attempt.dedup, number)
      const header = ['retry-count', new TextEncoder().encode(String(number - 1))] as const
      const headers = number === 1 ? message.headers : [...message.headers, header]
      return send({ ...message, headers }, { ...attempt, dedup: `${attempt.dedup}/${number}` })
    }
  },
}

export default brokenMemory(defect)
