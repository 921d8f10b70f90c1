import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus treats the number of attempts as retries and subtracts one, so it gives up a handler one attempt too early.',
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
