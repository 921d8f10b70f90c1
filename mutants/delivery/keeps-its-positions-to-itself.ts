import { brokenByKey, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus remembers in its own memory how far it is, and commits nothing to the system.',
  must: ['delivery/15'],
  may: ['delivery/3', 'delivery/7'],
  minimal: 'two-messages',
  member: (log) => ({ ...log, commit: async () => true }),
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe: (observation) => (observation.type === 'committed' ? undefined : site.observe(observation)),
  }),
}

export default brokenByKey(defect)
