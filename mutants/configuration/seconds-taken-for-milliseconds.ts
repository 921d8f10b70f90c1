import { brokenOnex, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The back-off is set in seconds, and used as if it were in milliseconds.',
  must: ['retry/2'],
  may: ['retry/7', 'breaker/1'],
  minimal: 'publish-refused',
  site: (site) =>
    withClaims(site, (claims) => ({
      ...claims,
      ...(claims.retry === undefined ? {} : { retry: { ...claims.retry, base: claims.retry.base / 1_000 } }),
    })),
}

export default brokenOnex(defect)
