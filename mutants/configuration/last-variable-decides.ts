import { ENVIRONMENTS, givenChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each variable that names an environment overrides those before it.',
  must: ['configuration/3'],
  // The bus works with the defaults of the environment that it found.
  may: ['breaker/5', 'breaker/11'],
  minimal: 'configured',
  configure(read, sources) {
    const { variables = [], names = {} } = ENVIRONMENTS ?? {}
    const listed = Object.values(names).flat()
    const last = variables.findLast((name) => listed.includes(sources.environment[name] ?? ''))
    return read(givenChanged(sources, (name, value) => (variables.includes(name) && name !== last ? undefined : value)))
  },
}

export default brokenOnex(defect)
