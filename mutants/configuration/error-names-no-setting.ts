import { permanent, refusingOtherwise } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Settings that are not allowed are refused by an error that does not say which.',
  must: ['configuration/1'],
  may: ['configuration/4'],
  minimal: 'configured',
  configure: (read, sources) => refusingOtherwise(read, sources, () => permanent('the configuration is not valid')),
}

export default brokenOnex(defect)
