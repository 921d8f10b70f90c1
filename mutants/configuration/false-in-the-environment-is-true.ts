import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A flag in the environment counts as true whatever its text is: `Boolean("false")`.',
  must: ['configuration/1', 'configuration/2'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) =>
        from === 'environment' && SETTINGS[name]?.type === 'boolean' && value === 'false' ? 'true' : value,
      ),
    ),
}

export default brokenOnex(defect)
