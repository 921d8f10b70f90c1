import { brokenOptions, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'Where nobody can tell in time whether a message id is known, the message is handled, though the claim is to wait.',
  must: ['delivery/11'],
  // The clock that it waits by runs on when its bus has closed.
  may: ['resources/1'],
  minimal: 'same-id-on-two-partitions-while-it-is-handled',
  member: (log, site) => ({
    ...log,
    async admit(record, signal) {
      const late = sleep(site.claims.publish.timeout).then(() => ({ do: 'handle' }) as const)
      return (await Promise.race([log.admit?.(record, signal), late])) ?? { do: 'handle' }
    },
  }),
}

export default brokenOptions(defect)
