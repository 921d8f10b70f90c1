import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A number out of its range is moved to the nearest that is allowed, in silence.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) => {
        const setting = SETTINGS[name]
        if (setting?.type !== 'number' || value === '' || !Number.isFinite(Number(value))) return value
        const clamped = Math.min(setting.most, Math.max(setting.least, Number(value)))
        return from === 'environment' ? String(clamped) : clamped
      }),
    ),
}

export default brokenOnex(defect)
