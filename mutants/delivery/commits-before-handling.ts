import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus commits positions when it fetches messages, before it handles any.',
  must: ['delivery/6'],
  // On Kafka the ordinary commit of a handled message takes the early one back: who takes over then steps back behind it.
  may: [
    'delivery/1',
    'delivery/5',
    'delivery/7',
    'delivery/10',
    'dead-letter/4',
    'dead-letter/1',
    'delivery/13',
    'delivery/14',
  ],
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
