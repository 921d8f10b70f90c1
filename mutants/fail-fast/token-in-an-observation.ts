import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What is told of a member names its session, which is made of the token.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) =>
      site.observe(
        observation.type === 'revoked'
          ? { ...observation, consumer: `${observation.consumer}/${site.credentials.token}` }
          : observation,
      ),
  }),
}

export default brokenMemory(defect)
