import type { PartitionId } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** ms */
const EVERY = 150

export const defect: Defect = {
  text: 'A member commits on a timer what it has done since, and when it leaves the timer is stopped.',
  must: ['delivery/15'],
  minimal: 'member-leaves-behind-a-message',
  member(log) {
    const pending = new Map<string, { readonly partition: PartitionId; readonly next: number }>()
    let timer: NodeJS.Timeout | undefined
    const commitAll = (): void => {
      timer = undefined
      for (const { partition, next } of pending.values()) void log.commit(partition, next).catch(() => undefined)
      pending.clear()
    }
    return {
      ...log,
      async commit(partition, next) {
        pending.set(`${partition.topic}/${partition.partition}`, { partition, next })
        timer ??= setTimeout(commitAll, EVERY)
        return true
      },
      async leave() {
        clearTimeout(timer)
        await log.leave()
      },
    }
  },
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => (observation.type === 'committed' ? undefined : site.observe(observation)),
  }),
}

export default brokenMemory(defect)
