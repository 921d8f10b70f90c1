import { brokenOnex, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The threshold of the breaker is read and told, and the breaker has its own.',
  must: ['breaker/1'],
  may: ['breaker/2', 'breaker/4', 'breaker/5', 'breaker/8', 'breaker/9', 'breaker/11'],
  minimal: 'publish-refused',
  site: (site) =>
    withClaims(site, (claims) => ({
      ...claims,
      ...(claims.breaker === undefined
        ? {}
        : { breaker: { ...claims.breaker, trip: { when: 'consecutive-failures', failures: 4 } } }),
    })),
}

export default brokenOnex(defect)
