import { brokenOptions, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus ignores the window: it treats a message with a known id as a duplicate for ever.',
  must: ['delivery/11'],
  // It keeps an id for longer than its window, however many there are.
  may: ['resources/10'],
  minimal: 'same-id-twice-late',
  site: (site) =>
    withClaims(site, ({ deduplication, ...claims }) => ({
      ...claims,
      ...(deduplication === undefined ? {} : { deduplication: { ...deduplication, window: 3_600_000 } }),
    })),
}

export default brokenOptions(defect)
