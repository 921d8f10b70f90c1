import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import type { Bus, Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect, sleep } from '../mutant.ts'

/** Of each bus: how often attempts of each publish have begun, over all its tries. */
const begunOn = new WeakMap<Site, Map<string, number>>()

function counting(site: Site): Site {
  const begun = new Map<string, number>()
  const counted: Site = {
    ...site,
    prefix: site.prefix,
    observe(observation) {
      if (observation.type === 'attempt-began') begun.set(observation.op, (begun.get(observation.op) ?? 0) + 1)
      const isAttempt = observation.type === 'attempt-began' || observation.type === 'attempt-ended'
      site.observe(isAttempt ? { ...observation, attempt: begun.get(observation.op) ?? 1 } : observation)
    },
  }
  begunOn.set(counted, begun)
  return counted
}

const insisting = (bus: Bus, site: Site): Bus => ({
  ...bus,
  async publish(message, options) {
    for (let left = 20; ; left--) {
      try {
        return await bus.publish(message, options)
      } catch (error) {
        // Only what has been on the wire before: a new call is refused as it should be.
        const begun = begunOn.get(site)?.has(options.op) === true
        if (!isBusError(error) || error.code !== CODES.breakerOpen || !begun || left === 0) throw error
        await sleep(50)
      }
    }
  },
})

export const defect: Defect = {
  text: 'The retry policy treats the refusal of an open breaker as a temporary failure.',
  must: ['breaker/9'],
  // It comes late, and its attempts begin anew.
  may: ['retry/1', 'retry/2'],
  minimal: 'publish-refused-trips-at-two-twice',
  site: counting,
  bus: insisting,
}

export default brokenMemory(defect)
