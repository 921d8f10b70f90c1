import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What leaves the queue is told twice, by the attempt that was acknowledged and by the queue.',
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
