import { brokenOptions, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'Where nobody can tell in time whether a message id is known, the message is taken for a duplicate, and is lost.',
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
