import { toldChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every setting that does not have its default is told as an argument.',
  must: ['configuration/2'],
  minimal: 'configured',
  told: (configuration) =>
    toldChanged(configuration, (_, { value, from }) => ({ value, from: from === 'default' ? from : 'argument' })),
}

export default brokenOnex(defect)
