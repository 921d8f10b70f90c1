import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus counts for each key how many messages were published, and notes when the last one was, and never drops a key.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const seen = new Map<string, { times: number; at: number }>()
    return {
      ...bus,
      publish(message, options) {
        if (message.key !== null) {
          const key = Buffer.from(message.key).toString('hex')
          seen.set(key, { times: (seen.get(key)?.times ?? 0) + 1, at: performance.now() })
        }
        return bus.publish(message, options)
      },
    }
  },
}

export default brokenMemory(defect)
