import { backOff } from '../../adapters/resilience/index.ts'
import type { ResolvedClaims } from '../../harness/claims.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The policies of publishing, told apart from those of handling by identity. */
const ofPublishing = new WeakSet<object>()
const remember = (claims: ResolvedClaims): ResolvedClaims => {
  if (claims.retry !== undefined) ofPublishing.add(claims.retry)
  return claims
}

export const defect: Defect = {
  text: 'The bus retries a publish at once, and reports each attempt as the first.',
  must: ['retry/2'],
  may: ['retry/1'],
  minimal: 'publish-refused',
  policies: { backOff: (policy, n, random) => (ofPublishing.has(policy) ? 0 : backOff(policy, n, random)) },
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    claims: remember(site.claims),
    observe: (observation) => site.observe('attempt' in observation ? { ...observation, attempt: 1 } : observation),
  }),
}

export default brokenMemory(defect)
