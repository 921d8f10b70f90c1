import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What cannot be read is refused by an error that says it may be tried again.',
  must: ['configuration/1'],
  may: ['configuration/4'],
  minimal: 'configured',
  configure(read, sources) {
    try {
      return read(sources)
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), { code: 'INVALID_CONFIGURATION', retryable: true })
    }
  },
}

export default brokenOnex(defect)
