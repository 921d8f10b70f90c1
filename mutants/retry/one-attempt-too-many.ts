import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus makes one attempt more than claimed, because it counts attempts as retries.',
  must: ['retry/1'],
  minimal: 'publish-refused-no-retries',
  site: (site) =>
    withClaims(site, (claims) =>
      claims.retry === undefined
        ? claims
        : { ...claims, retry: { ...claims.retry, retries: claims.retry.retries + 1 } },
    ),
}

export default brokenMemory(defect)
