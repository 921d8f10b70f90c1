import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The setting for attempts is taken for the retries and made one less, so handlers are given up one attempt too early.',
  must: ['dead-letter/8'],
  may: ['dead-letter/2'],
  minimal: 'handler-fails-late',
  site: (site) =>
    withClaims(site, ({ handling, ...claims }) => ({
      ...claims,
      ...(handling === undefined ? {} : { handling: { ...handling, retries: Math.max(0, handling.retries - 1) } }),
    })),
}

export default brokenMemory(defect)
