/** The files that are edited, and the buses that they belong to. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, type Source } from './source.ts'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Promises and lists of exports are no behaviour, and no clause judges spans. */
const LEFT_OUT = /\.test\.ts$|^adapters\/resilience\/(claims|index)\.ts$|^adapters\/tracing\//

/** In the order of their names. */
export function editedFiles(root = ROOT): string[] {
  const all = readdirSync(join(root, 'adapters'), { withFileTypes: true, recursive: true })
  const paths = all.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)))
  return paths.filter((path) => path.endsWith('.ts') && !LEFT_OUT.test(path)).sort()
}

export const readSource = (file: string, root = ROOT): Source => parse(file, readFileSync(join(root, file), 'utf8'))

export interface BusOf {
  readonly bus: string
  /** From the root of the repository. */
  readonly module: string
  readonly site: 'simulated' | 'real'
}

const REAL: ReadonlySet<string> = new Set(['postgres', 'kafkajs'])

/** `memory` first: it is the one that most others are made of. */
export function shippedBuses(root = ROOT): BusOf[] {
  const isBus = (file: string): boolean => /^export default /m.test(readFileSync(join(root, file), 'utf8'))
  return editedFiles(root)
    .filter(isBus)
    .map((module) => {
      const [, folder = '', name = ''] = module.replace(/\.ts$/, '').split('/')
      const site: BusOf['site'] = REAL.has(folder) ? 'real' : 'simulated'
      return { bus: name === 'index' ? folder : `${folder}/${name}`, module, site }
    })
    .sort((one, other) => Number(one.bus !== 'memory') - Number(other.bus !== 'memory'))
}

/** Also those of drivers and what needs one, which are imported where a bus is opened. */
const IMPORTS = /(?:^(?:import|export)\b[^'"]*?from |\bimport\()'(\.[^']+)'/gm

/** A module and every one that it imports below `adapters/`. */
export function importedBy(module: string, root = ROOT): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (file: string): void => {
    if (found.has(file) || !file.startsWith('adapters/')) return
    found.add(file)
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTS)) add(join(dirname(file), path))
  }
  add(module)
  return found
}
