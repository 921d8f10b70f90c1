import { brokenAround, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each publish should count once, but the breaker wraps each attempt.',
  must: ['breaker/1'],
  may: ['breaker/2', 'breaker/4', 'breaker/5', 'breaker/6', 'breaker/9', 'retry/1'],
  minimal: 'publish-refused',
  site: (site) =>
    withClaims(site, ({ breaker, ...claims }) =>
      breaker === undefined ? claims : { ...claims, breaker: { ...breaker, retry: 'outside' } },
    ),
}

export default brokenAround(defect)
