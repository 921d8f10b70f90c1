import { permanent, refusingOtherwise } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The error about a conflict names one of the settings, and not the other.',
  must: ['configuration/4'],
  minimal: 'configured',
  configure: (read, sources) =>
    refusingOtherwise(read, sources, (error) => {
      const [first = ''] = error.message.split(' and ')
      return error.message.includes(', but an idempotent producer')
        ? permanent(`${first}, which does not go with the other settings`)
        : error
    }),
}

export default brokenOnex(defect)
