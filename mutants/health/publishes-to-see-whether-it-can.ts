import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The health check publishes a message to the topic that was published to last.',
  must: ['delivery/2'],
  minimal: 'asked-in-traffic',
  bus: (bus) => {
    let topic: string | null = null
    let count = 0
    const told = tellingHealth((given) => {
      const message = { topic: topic ?? '', key: null, value: new Uint8Array(), headers: [] }
      if (topic !== null) void bus.publish(message, { op: `health-${count++}` }).catch(() => undefined)
      return given
    })(bus)
    return {
      ...told,
      publish(message, options) {
        topic = message.topic
        return bus.publish(message, options)
      },
    }
  },
}

export default brokenMemory(defect)
