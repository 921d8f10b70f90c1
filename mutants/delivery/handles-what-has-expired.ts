import { brokenOptions, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus ignores the time to live and handles expired messages.',
  must: ['delivery/12'],
  // What has an id and is past its time is not compared either.
  may: ['delivery/11'],
  minimal: 'expires-in-a-while',
  member: (log) => ({
    ...log,
    async admit(record, signal) {
      const admission = (await log.admit?.(record, signal)) ?? { do: 'handle' }
      if (admission.do === 'pass-over' && admission.why === 'expired') return { do: 'handle' }
      return admission.do === 'handle' ? { ...admission, isExpired: () => false } : admission
    },
  }),
}

export default brokenOptions(defect)
