import { brokenOptions, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The window is ignored: a message id is forgotten as soon as its message was handled.',
  must: ['delivery/11'],
  minimal: 'same-id-at-once',
  site: (site) =>
    withClaims(site, ({ deduplication, ...claims }) => ({
      ...claims,
      ...(deduplication === undefined ? {} : { deduplication: { ...deduplication, window: 1 } }),
    })),
}

export default brokenOptions(defect)
