import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each attempt of a publish has a time-out, but the publish has no deadline.',
  must: ['fail-fast/2'],
  may: ['retry/5'],
  minimal: 'black-holed-beyond-its-deadline',
  site: (site) =>
    withClaims(site, (claims) => ({
      ...claims,
      publish: { ...claims.publish, deadline: 10 * claims.publish.deadline },
    })),
}

export default brokenMemory(defect)
