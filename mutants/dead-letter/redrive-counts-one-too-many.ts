import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redrive returns the position behind the last dead letter, counted from one, as the number of published messages.',
  must: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  bus: (bus) => ({
    ...bus,
    redrive: async (topic, options) => ((await bus.redrive?.(topic, options)) ?? 0) + 1,
  }),
}

export default brokenMemory(defect)
