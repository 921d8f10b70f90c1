import type { Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** What each bus dropped without a report, by consumer and partition. */
const dropped = new WeakMap<Site, Set<string>>()

const nameOf = (consumer: string, { topic, partition }: { topic: string; partition: number }): string =>
  JSON.stringify([consumer, topic, partition])

export const defect: Defect = {
  text: 'After a failed sign of life, a member drops what it has in hand and reads again from its last commit, with its attempts counted anew.',
  must: ['retry/6'],
  may: ['retry/1', 'retry/2', 'retry/4', 'delivery/3'],
  minimal: 'fails-again-and-again-while-nothing-answers',
  site(site) {
    const own: Site = {
      ...site,
      prefix: site.prefix,
      observe(observation) {
        const { type } = observation
        if (type !== 'assigned' && type !== 'revoked') return site.observe(observation)
        const names = observation.partitions.map((one) => nameOf(observation.consumer, one))
        const isHidden = names.some((name) => (type === 'assigned' ? hidden.delete(name) : hidden.has(name)))
        if (!isHidden) site.observe(observation)
      },
    }
    const hidden = new Set<string>()
    dropped.set(own, hidden)
    return own
  },
  member(log, site, { consumer }) {
    let owned: Awaited<ReturnType<typeof log.sync>> = null
    let drops = false
    return {
      ...log,
      async sync() {
        try {
          const now = await log.sync()
          if (drops && now !== null) {
            drops = false
            for (const one of owned ?? []) dropped.get(site)?.add(nameOf(consumer, one))
            return []
          }
          owned = now
          return now
        } catch (error) {
          drops = owned !== null
          throw error
        }
      },
    }
  },
}

export default brokenMemory(defect)
