import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus gives an attempt twice the time that it claims.',
  must: ['fail-fast/2'],
  minimal: 'publish-black-holed',
  site(site) {
    const { publish } = site.claims
    return { ...site, claims: { ...site.claims, publish: { ...publish, timeout: 2 * publish.timeout } } }
  },
}

export default brokenMemory(defect)
