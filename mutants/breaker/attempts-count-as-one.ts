import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each attempt should count, but the breaker wraps the retries.',
  must: ['breaker/1'],
  may: ['breaker/2', 'breaker/4', 'breaker/5', 'breaker/6', 'breaker/8', 'breaker/9'],
  minimal: 'publish-refused',
  site: (site) =>
    withClaims(site, ({ breaker, ...claims }) =>
      breaker === undefined ? claims : { ...claims, breaker: { ...breaker, retry: 'inside' } },
    ),
}

export default brokenMemory(defect)
