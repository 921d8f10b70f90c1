import { brokenOptions, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The message id is marked as known before the handler has succeeded, so that what comes after a failed handler is taken for a duplicate.',
  must: ['delivery/11'],
  // What follows a message that failed is lost.
  may: ['delivery/1', 'delivery/5', 'delivery/6', 'delivery/7', 'delivery/8', 'delivery/10', 'retry/1', 'delivery/14'],
  minimal: 'same-id-behind-one-that-fails',
  member: (log) => ({
    ...log,
    async admit(record, signal) {
      const admission = (await log.admit?.(record, signal)) ?? { do: 'handle' }
      if (admission.do !== 'handle') return admission
      await admission.ended?.(true)
      return { ...admission, ended: () => Promise.resolve() }
    },
  }),
}

export default brokenOptions(defect)
