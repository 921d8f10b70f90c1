import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The report of a drained queue counts failed publishes as recovered.',
  must: ['breaker/11'],
  minimal: 'queued-while-forced-open-then-closed',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) =>
      site.observe(
        observation.type === 'drained'
          ? { ...observation, recovered: observation.recovered + observation.failed }
          : observation,
      ),
  }),
}

export default brokenQueue(defect)
