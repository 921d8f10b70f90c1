import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each attempt that fails is logged with the headers of its message, private ones among them.',
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
