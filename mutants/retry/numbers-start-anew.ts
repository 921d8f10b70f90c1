import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The attempt number lives inside the retry loop, so that every attempt is reported as the first.',
  must: ['retry/1'],
  minimal: 'publish-refused',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => site.observe('attempt' in observation ? { ...observation, attempt: 1 } : observation),
  }),
}

export default brokenMemory(defect)
