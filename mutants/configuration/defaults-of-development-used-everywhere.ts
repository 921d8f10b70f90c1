import { SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The environment is found, and its defaults are told; the bus was made with those of development before.',
  must: ['breaker/5', 'breaker/11'],
  may: ['breaker/8'],
  minimal: 'publish-refused-three-to-close',
  using: ({ environment, settings }) => ({
    environment,
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, setting]) => [
        name,
        setting.from === 'default' ? { ...setting, value: SETTINGS[name]?.default ?? null } : setting,
      ]),
    ),
  }),
}

export default brokenOnex(defect)
