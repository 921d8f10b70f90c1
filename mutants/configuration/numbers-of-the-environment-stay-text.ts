import { toldChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Numbers from the environment are kept as the text that they are there.',
  must: ['configuration/1'],
  minimal: 'configured',
  told: (configuration) =>
    toldChanged(configuration, (_, { value, from }) => ({
      value: from === 'environment' && typeof value === 'number' ? String(value) : value,
      from,
    })),
}

export default brokenOnex(defect)
