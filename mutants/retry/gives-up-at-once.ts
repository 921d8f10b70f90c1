import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The setting for retries is read under a wrong name, so a publish is never tried again.',
  must: ['retry/1'],
  minimal: 'publish-refused',
  site: (site) => withClaims(site, ({ retry: _retry, ...claims }) => claims),
}

export default brokenMemory(defect)
