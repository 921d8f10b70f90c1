import { backOff } from '../../adapters/resilience/index.ts'
import type { ResolvedClaims } from '../../harness/claims.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The policies of handling, told apart from those of publishing by identity. */
const ofHandling = new WeakSet<object>()
const remember = (claims: ResolvedClaims): ResolvedClaims => {
  if (claims.handling !== undefined) ofHandling.add(claims.handling)
  return claims
}

export const defect: Defect = {
  text: 'The bus calls a failed handler again at once, and passes each call as the first attempt.',
  must: ['retry/2'],
  may: ['retry/6'],
  minimal: 'handler-throws-once',
  policies: { backOff: (policy, n, random) => (ofHandling.has(policy) ? 0 : backOff(policy, n, random)) },
  site: (site) => ({ ...site, prefix: site.prefix, claims: remember(site.claims) }),
  handle: (handle) => (delivery) => handle({ ...delivery, attempt: 1 }),
}

export default brokenMemory(defect)
