import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reports a member under the name of its session, which contains the token.',
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
