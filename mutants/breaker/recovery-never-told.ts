import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus never reports that its queue is drained.',
  must: ['breaker/11'],
  minimal: 'publish-refused',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => (observation.type === 'drained' ? undefined : site.observe(observation)),
  }),
}

export default brokenQueue(defect)
