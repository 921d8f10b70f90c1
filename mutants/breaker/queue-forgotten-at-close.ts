import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A closing bus discards its queue without reporting the publishes in it.',
  must: ['fail-fast/1', 'resources/2', 'resources/3'],
  may: ['breaker/11'],
  minimal: 'queued-while-forced-open-then-closed',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe(observation) {
      const isDropped = observation.type === 'settled' && observation.status === 'failed'
      if (!isDropped || observation.error.code !== 'CLOSED') site.observe(observation)
    },
  }),
}

export default brokenQueue(defect)
