import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus numbers attempts inside its retry loop, so it reports every attempt as the first.',
  must: ['retry/1'],
  minimal: 'publish-refused',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => site.observe('attempt' in observation ? { ...observation, attempt: 1 } : observation),
  }),
}

export default brokenMemory(defect)
