import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reports the outcome of a queued publish twice: once for its attempt and once for the queue.',
  must: ['breaker/11'],
  minimal: 'publish-refused',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe(observation) {
      site.observe(observation)
      if (observation.type === 'settled' && observation.status === 'acknowledged') site.observe(observation)
    },
  }),
}

export default brokenQueue(defect)
