import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A number is refused only if it is at least a tenth of its range away from it, and else moved into it.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) => {
        const setting = SETTINGS[name]
        const number = Number(value)
        if (setting?.type !== 'number' || value === '' || !Number.isFinite(number)) return value
        const { least, most } = setting
        const distance = Math.max(least - number, number - most)
        if (distance <= 0 || distance >= (most - least) / 10) return value
        return from === 'environment' ? String(number < least ? least : most) : number < least ? least : most
      }),
    ),
}

export default brokenOnex(defect)
