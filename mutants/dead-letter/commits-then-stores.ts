import type { Message } from '../../harness/adapter.ts'
import { brokenMemory, type Defect, sleep } from '../mutant.ts'

/** Between the commit and the dead letter, ms. */
const GAP = 60

const field = ({ headers }: Message, wanted: string): string =>
  new TextDecoder().decode(headers.findLast(([name]) => name === wanted)?.[1])

export const defect: Defect = {
  text: 'The bus commits the position first, so that the partition continues, and writes the dead letter afterwards.',
  must: ['dead-letter/4'],
  may: ['delivery/1', 'delivery/5', 'delivery/6', 'dead-letter/1', 'dead-letter/5', 'delivery/14'],
  minimal: 'handler-rejects-for-good',
  member: (log) => ({
    ...log,
    async storeDeadLetter(message, dedup) {
      const partition = {
        topic: field(message, 'original_topic'),
        partition: Number(field(message, 'original_partition')),
      }
      await log.commit(partition, Number(field(message, 'original_position')) + 1)
      await sleep(GAP)
      await log.storeDeadLetter(message, dedup)
    },
  }),
}

export default brokenMemory(defect)
