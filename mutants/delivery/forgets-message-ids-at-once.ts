import { brokenOptions, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus ignores the window: it forgets a message id once its message is handled.',
  must: ['delivery/11'],
  minimal: 'same-id-at-once',
  site: (site) =>
    withClaims(site, ({ deduplication, ...claims }) => ({
      ...claims,
      ...(deduplication === undefined ? {} : { deduplication: { ...deduplication, window: 1 } }),
    })),
}

export default brokenOptions(defect)
