import { brokenOptions, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'If the bus cannot find out in time whether a message id is known, it treats the message as a duplicate, and loses it.',
  must: ['delivery/11'],
  may: [
    'delivery/1',
    'delivery/5',
    'delivery/6',
    'delivery/7',
    'delivery/8',
    'delivery/10',
    'retry/1',
    'resources/1',
    'delivery/14',
  ],
  minimal: 'id-while-requests-to-consume-are-lost',
  member: (log, site) => ({
    ...log,
    async admit(record, signal) {
      const late = sleep(site.claims.publish.timeout + 10).then(() => ({ do: 'pass-over', why: 'duplicate' }) as const)
      return (await Promise.race([log.admit?.(record, signal), late])) ?? { do: 'handle' }
    },
  }),
}

export default brokenOptions(defect)
