import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The report of a recovery counts as recovered whatever has left the queue, those that failed included.',
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
