import { brokenOptions, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'If the bus cannot find out in time whether a message id is known, it handles the message, although it claims to wait.',
  must: ['delivery/11'],
  // The clock that it waits by runs on when its bus has closed, and a message that it lets through may have expired by then, or
  // keep a member from leaving.
  may: ['resources/1', 'resources/2', 'delivery/12', 'fail-fast/2'],
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
