import { type Waiver, waiversShape } from '../certificate/waiver.ts'
import { parseYaml } from '../load/yaml.ts'
import { readOption } from './read-option.ts'

/** The waivers of a file, in YAML or JSON; one without any, or of comments only, has none. Throws a {@link UsageError} that names file, line and column. */
export function readWaivers(file: string, cwd: string): readonly Waiver[] {
  return (
    parseYaml(readOption('--waivers', file, { cwd, mend: 'give another path' }), file, waiversShape.nullable()) ?? []
  )
}
