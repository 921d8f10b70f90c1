import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus notes for each key when a message was last published, to keep them apart, and never drops a key.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const latest = new Map<string, number>()
    return {
      ...bus,
      publish(message, options) {
        if (message.key !== null) latest.set(Buffer.from(message.key).toString('hex'), performance.now())
        return bus.publish(message, options)
      },
    }
  },
}

export default brokenMemory(defect)
