import { givenChanged, SETTINGS } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

const decidesFigure = (name: string): boolean => {
  const setting = SETTINGS[name]
  return setting?.type === 'number' && setting.figure !== undefined
}

export const defect: Defect = {
  text: 'What decides no figure of the bus is read by a function of its own, in which the environment overrides arguments.',
  must: ['configuration/2'],
  // What is not allowed, or conflicts, is overridden by what is.
  may: ['configuration/1', 'configuration/4'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      givenChanged(sources, (name, value, from) =>
        from === 'argument' && !decidesFigure(name) && Object.hasOwn(sources.environment, name) ? undefined : value,
      ),
    ),
}

export default brokenOnex(defect)
