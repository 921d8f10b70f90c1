import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A name in a file or among arguments that no setting has is passed over, so that a misspelled setting has its default.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) =>
        from === 'environment' || Object.hasOwn(SETTINGS, name) ? value : undefined,
      ),
    ),
}

export default brokenOnex(defect)
