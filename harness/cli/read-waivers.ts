import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Waiver, waiversShape } from '../certificate/waiver.ts'
import { messageOf, UsageError } from '../errors.ts'
import { parseYaml } from '../load/yaml.ts'

/** The waivers of a file, in YAML or JSON; one without any, or of comments only, has none. Throws a {@link UsageError} that names file, line and column. */
export function readWaivers(file: string, cwd: string): readonly Waiver[] {
  return parseYaml(textOf(file, cwd), file, waiversShape.nullable()) ?? []
}

function textOf(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new UsageError(`--waivers ${file}: this file cannot be read (${messageOf(error)}); give another path`)
  }
}
