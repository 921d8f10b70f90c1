import { SETTINGS, toldChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Production is found, and runs with the defaults of development.',
  must: ['configuration/3'],
  minimal: 'configured',
  told: (configuration) =>
    configuration.environment !== 'production'
      ? configuration
      : toldChanged(configuration, (name, setting) =>
          setting.from === 'default' ? { ...setting, value: SETTINGS[name]?.default ?? null } : setting,
        ),
}

export default brokenOnex(defect)
