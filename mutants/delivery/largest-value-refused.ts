import { brokenMemory, type Defect, withClaims } from '../mutant.ts'
import { one } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'A value must be smaller than the limit, where it may be as large.',
  must: ['delivery/13'],
  may: ['retry/4', 'breaker/9'],
  minimal: one({ body: { bytes: 1_048_576 } }),
  site: (site) =>
    withClaims(site, (claims) => ({
      ...claims,
      messages: { ...claims.messages, maxBytes: claims.messages.maxBytes - 1 },
    })),
}

export default brokenMemory(defect)
