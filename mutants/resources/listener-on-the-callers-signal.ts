import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "A publish listens for its caller's abort signal, and never removes the listener.",
  must: ['resources/1'],
  may: ['resources/8'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) => {
      options.signal?.addEventListener('abort', () => void message.topic)
      return bus.publish(message, options)
    },
  }),
}

export default brokenMemory(defect)
