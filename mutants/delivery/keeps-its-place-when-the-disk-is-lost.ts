import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A member reads nothing below the position that it committed, although the broker has lost its disk and numbers messages from the start.',
  must: ['delivery/14'],
  minimal: 'disk-lost-behind-a-message',
  member(log) {
    const committed = new Map<string, number>()
    const keyOf = (partition: { topic: string; partition: number }): string =>
      `${partition.topic}/${partition.partition}`
    return {
      ...log,
      fetch: (partition, from, signal) =>
        log.fetch(partition, Math.max(from, committed.get(keyOf(partition)) ?? 0), signal),
      async commit(partition, next) {
        const taken = await log.commit(partition, next)
        if (taken) committed.set(keyOf(partition), next)
        return taken
      },
    }
  },
}

export default brokenMemory(defect)
