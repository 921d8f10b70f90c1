import { ENVIRONMENTS, givenChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The first variable that is set decides: what names no environment counts as development, although the next one says production.',
  must: ['configuration/3'],
  // The bus works with the defaults of the environment that it found.
  may: ['breaker/5', 'breaker/11'],
  minimal: 'configured',
  configure(read, sources) {
    const variables = ENVIRONMENTS?.variables ?? []
    const first = variables.find((name) => Object.hasOwn(sources.environment, name))
    return read(
      givenChanged(sources, (name, value) => (variables.includes(name) && name !== first ? undefined : value)),
    )
  },
}

export default brokenOnex(defect)
