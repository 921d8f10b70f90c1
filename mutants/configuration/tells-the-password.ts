import { toldChanged, valuesOf } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The explanation of the settings shows the password.',
  must: ['configuration/1'],
  minimal: 'configured',
  told(configuration, sources) {
    const { file, environment, argument } = valuesOf(sources)
    const { POSTGRES_PASSWORD: password = null } = { ...file, ...environment, ...argument }
    return toldChanged(configuration, (name, setting) =>
      name === 'POSTGRES_PASSWORD' ? { ...setting, value: password } : setting,
    )
  },
}

export default brokenOnex(defect)
