import { brokenOptions, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The window is ignored: what comes long after it is still taken for a duplicate.',
  must: ['delivery/11'],
  minimal: 'same-id-twice-late',
  site: (site) =>
    withClaims(site, ({ deduplication, ...claims }) => ({
      ...claims,
      ...(deduplication === undefined ? {} : { deduplication: { ...deduplication, window: 3_600_000 } }),
    })),
}

export default brokenOptions(defect)
