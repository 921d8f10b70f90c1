import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish listens for the abort of its caller, and never takes the listener off.',
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
