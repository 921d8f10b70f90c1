import { ENVIRONMENTS, givenChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whatever begins with "prod" counts as production, misspellings and other environments too.',
  must: ['configuration/3'],
  // The bus works with the defaults of the environment that it found.
  may: ['breaker/5', 'breaker/11'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value) =>
        ENVIRONMENTS?.variables.includes(name) === true && String(value).startsWith('prod') ? 'production' : value,
      ),
    ),
}

export default brokenOnex(defect)
