import type { PartitionId } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A member that releases a partition, or leaves, commits everything that it fetched, handled or not.',
  must: ['delivery/10'],
  may: [
    'delivery/1',
    'delivery/5',
    'delivery/6',
    'delivery/8',
    'delivery/13',
    'dead-letter/1',
    'dead-letter/4',
    'delivery/14',
  ],
  minimal: 'member-leaves-while-a-handler-retries',
  member(log) {
    const fetched = new Map<string, { readonly partition: PartitionId; next: number }>()
    const commit = async (partition: PartitionId): Promise<void> => {
      const known = fetched.get(`${partition.topic}/${partition.partition}`)
      if (known !== undefined) await log.commit(partition, known.next)
    }
    return {
      ...log,
      async fetch(partition, from, signal) {
        const records = await log.fetch(partition, from, signal)
        const last = records.at(-1)
        if (last !== undefined) {
          fetched.set(`${partition.topic}/${partition.partition}`, { partition, next: last.position.offset + 1 })
        }
        return records
      },
      async release(partition) {
        await commit(partition)
        await log.release(partition)
      },
      async leave() {
        for (const { partition } of fetched.values()) await commit(partition)
        await log.leave()
      },
    }
  },
}

export default brokenMemory(defect)
