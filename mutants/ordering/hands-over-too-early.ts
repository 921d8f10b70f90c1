import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'In a rebalance, a member releases its partition while its handler is still running.',
  must: ['ordering/4'],
  may: ['delivery/5', 'delivery/6', 'dead-letter/2', 'dead-letter/4', 'retry/1', 'ordering/1'],
  minimal: 'slow-message-while-a-member-joins',
  member: (log) => ({
    ...log,
    async sync() {
      const owned = await log.sync()
      for (const partition of owned ?? []) if (partition.release) await log.release(partition)
      return owned
    },
  }),
}

export default brokenMemory(defect)
