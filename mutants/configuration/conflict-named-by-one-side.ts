import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The error about a conflict names one of the settings, and not the other.',
  must: ['configuration/4'],
  minimal: 'configured',
  configure(read, sources) {
    try {
      return read(sources)
    } catch (error) {
      const { message } = error as Error
      const [first = ''] = message.split(' and ')
      if (!message.includes(', but an idempotent producer')) throw error
      const fields = { code: 'INVALID_CONFIGURATION', effect: 'none', retryable: false }
      throw Object.assign(new Error(`${first}, which does not go with the other settings`), fields)
    }
  },
}

export default brokenOnex(defect)
