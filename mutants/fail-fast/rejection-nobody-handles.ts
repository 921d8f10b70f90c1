import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus also counts each publish for statistics, by a promise whose rejection is not handled.',
  must: ['fail-fast/5'],
  minimal: 'nothing',
  bus: (bus) => {
    const statistics = new Set<string>()
    return {
      ...bus,
      publish(message, options) {
        const work = bus.publish(message, options)
        void work.then(() => statistics.add(options.op))
        return work
      },
    }
  },
}

export default brokenMemory(defect)
