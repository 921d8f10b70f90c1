import { brokenOptions, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus marks a message id as known before the handler succeeds, so it skips the retry as a duplicate if the handler fails.',
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
