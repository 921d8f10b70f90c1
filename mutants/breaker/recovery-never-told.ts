import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Nobody is told how a recovery went.',
  must: ['breaker/11'],
  minimal: 'publish-refused',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => (observation.type === 'drained' ? undefined : site.observe(observation)),
  }),
}

export default brokenQueue(defect)
