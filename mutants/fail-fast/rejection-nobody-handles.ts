import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The outcome of each publish is also counted for statistics, by a promise whose rejection nobody handles.',
  must: ['fail-fast/5'],
  bus: (bus) => {
    let published = 0
    return {
      ...bus,
      publish(message, options) {
        const work = bus.publish(message, options)
        void work.then(() => {
          published += 1
        })
        return work
      },
    }
  },
}

export default brokenMemory(defect)
