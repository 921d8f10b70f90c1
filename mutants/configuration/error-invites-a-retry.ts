import { refusingOtherwise } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What cannot be read is refused by an error that says it may be tried again.',
  must: ['configuration/1'],
  may: ['configuration/4'],
  minimal: 'configured',
  configure: (read, sources) =>
    refusingOtherwise(read, sources, ({ message }) =>
      Object.assign(new Error(message), { code: 'INVALID_CONFIGURATION', retryable: true }),
    ),
}

export default brokenOnex(defect)
