import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Settings that are not allowed are refused by an error that does not say which.',
  must: ['configuration/1'],
  may: ['configuration/4'],
  minimal: 'configured',
  configure(read, sources) {
    try {
      return read(sources)
    } catch {
      const fields = { code: 'INVALID_CONFIGURATION', effect: 'none', retryable: false }
      throw Object.assign(new Error('the configuration is not valid'), fields)
    }
  },
}

export default brokenOnex(defect)
