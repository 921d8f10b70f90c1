import type { MemberLog, OwnedPartition } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** What some member of a group was given in this process, by the node's site and the group. */
const seen = new WeakMap<object, Map<string, Map<string, OwnedPartition>>>()

export const defect: Defect = {
  text: 'A member consumes every partition that it was ever assigned, including those that have moved to another member.',
  must: ['delivery/5'],
  may: [
    'delivery/7',
    'delivery/9',
    'delivery/10',
    'ordering/4',
    'ordering/1',
    'delivery/3',
    'delivery/6',
    'dead-letter/1',
    'dead-letter/2',
    'dead-letter/8',
    'dead-letter/4',
    'retry/1',
    // It never forgets a group.
    'resources/10',
  ],
  minimal: 'quick-two-members-late-message',
  member(log, site, { group }): MemberLog {
    const groups = seen.get(site) ?? new Map<string, Map<string, OwnedPartition>>()
    const known = groups.get(group) ?? new Map<string, OwnedPartition>()
    seen.set(site, groups.set(group, known))
    return {
      ...log,
      async sync() {
        const owned = await log.sync()
        if (owned === null) return null
        for (const partition of owned) {
          const key = `${partition.topic}/${partition.partition}`
          if (!known.has(key)) known.set(key, { ...partition, release: false })
        }
        return [...known.values()]
      },
      release: async () => undefined,
      commit: async (partition, next) => (await log.commit(partition, next)) || true,
    }
  },
}

export default brokenMemory(defect)
