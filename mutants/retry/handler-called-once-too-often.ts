import { brokenMemory, type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus calls a handler once more than claimed, and passes each call as the first attempt.',
  must: ['retry/1'],
  // Where it may have begun anew its number is believed, and its next waits are held to it. Readers of dead letters count too.
  may: ['retry/2', 'retry/6', 'dead-letter/7', 'dead-letter/8'],
  minimal: 'handler-throws-once-without-retries',
  site: (site) =>
    withClaims(site, ({ handling, ...claims }) => ({
      ...claims,
      ...(handling === undefined ? {} : { handling: { ...handling, retries: handling.retries + 1 } }),
    })),
  handle: (handle) => (delivery) => handle({ ...delivery, attempt: 1 }),
}

export default brokenMemory(defect)
