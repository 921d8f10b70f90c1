import type { BusError, Receipt, Site } from '../../harness/adapter.ts'
import oneByOne from '../../test/buses/one-by-one.ts'
import type { Defect } from '../mutant.ts'

const ABORTED: BusError = { code: 'E_GONE', effect: 'unknown', retryable: false, message: 'aborted' }

export const defect: Defect = {
  text: 'An abort rejects the publish at once, but its attempts go on, and the bus reports none.',
  must: ['fail-fast/2'],
  // Where the bus closes meanwhile, what goes on keeps its timers.
  may: ['resources/1'],
  minimal: 'publish-aborted-while-it-is-refused',
}

/** The same site, but it is told of no attempt. */
const unseen = (site: Site): Site => ({
  ...site,
  prefix: site.prefix,
  observe: (seen) => {
    if (seen.type !== 'attempt-began' && seen.type !== 'attempt-ended') site.observe(seen)
  },
})

/** Rejects as soon as the signal aborts. */
const whenAborted = (signal: AbortSignal): Promise<Receipt> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(ABORTED), { once: true }))

export default {
  ...oneByOne,
  name: 'broken one by one',
  open: async (site: Site) => {
    const bus = await oneByOne.open(unseen(site))
    return {
      ...bus,
      publish: (message, { signal, ...options }) => {
        const sent = bus.publish(message, options)
        return signal === undefined ? sent : Promise.race([sent, whenAborted(signal)])
      },
    }
  },
} satisfies typeof oneByOne
