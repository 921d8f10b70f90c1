import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reads the retry setting under a wrong name, so it never retries a publish.',
  must: ['retry/1'],
  minimal: 'publish-refused',
  site: (site) => withClaims(site, ({ retry: _retry, ...claims }) => claims),
}

export default brokenMemory(defect)
