import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A replay tells the place behind the last dead letter, counted from one, for how many it published.',
  must: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  bus: (bus) => ({
    ...bus,
    replay: async (topic, options) => ((await bus.replay?.(topic, options)) ?? 0) + 1,
  }),
}

export default brokenMemory(defect)
