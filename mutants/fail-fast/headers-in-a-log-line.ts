import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus logs each failed attempt with the headers of its message, including private ones.',
  must: ['fail-fast/4'],
  minimal: 'publish-refused-with-text-headers',
  send: (send) => async (message, attempt) => {
    try {
      return await send(message, attempt)
    } catch (error) {
      const headers = message.headers.map(([name, value]) => `${name}=${new TextDecoder().decode(value)}`)
      console.log(`cannot send to ${message.topic}, headers ${headers.join(' ')}`)
      throw error
    }
  },
}

export default brokenMemory(defect)
