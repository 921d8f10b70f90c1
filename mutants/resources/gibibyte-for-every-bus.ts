import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every bus allocates a gibibyte in advance.',
  must: ['resources/9'],
  minimal: 'opened-and-closed-again-and-again',
  bus(bus) {
    const aside = Buffer.alloc(1_024 * 1_048_576)
    return {
      ...bus,
      publish(message, options) {
        aside[0] = message.headers.length
        return bus.publish(message, options)
      },
    }
  },
}

export default brokenMemory(defect)
