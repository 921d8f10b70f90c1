import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Numbers in the environment are read by parseFloat, which passes over what follows them.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) => {
        const number = Number.parseFloat(String(value))
        const isRead = from === 'environment' && SETTINGS[name]?.type === 'number' && Number.isFinite(number)
        return isRead ? String(number) : value
      }),
    ),
}

export default brokenOnex(defect)
