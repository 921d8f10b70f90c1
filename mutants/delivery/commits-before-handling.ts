import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Positions are committed as soon as messages were fetched, before any was handled.',
  must: ['delivery/6'],
  may: ['delivery/1', 'delivery/5', 'dead-letter/4', 'dead-letter/1', 'delivery/13', 'delivery/14'],
  minimal: 'nothing',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      const records = await log.fetch(partition, from, signal)
      const last = records.at(-1)
      if (last !== undefined) await log.commit(partition, last.position.offset + 1)
      return records
    },
  }),
}

export default brokenMemory(defect)
