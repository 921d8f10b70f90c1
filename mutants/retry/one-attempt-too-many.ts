import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'Retries are counted as attempts plus one, so that one attempt more is made than claimed.',
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
