/** The mutants as they stand under `mutants/`. */
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Mutant } from '../../harness/mutants.ts'
import type { Defect } from '../../mutants/mutant.ts'

export const MUTANTS_FOLDER = new URL('../../mutants/', import.meta.url)

/** Folders whose mutants stand on something that must be started. */
const REAL: ReadonlySet<string> = new Set(['postgres', 'kafka'])

export const isReal = (name: string): boolean => REAL.has(name.slice(0, name.indexOf('/')))

/** Each file in a folder of an area or a system, sorted by its path. */
export async function mutantNames(): Promise<string[]> {
  const root = fileURLToPath(MUTANTS_FOLDER)
  const found: string[] = []
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = `${entry.parentPath}/${entry.name}`.slice(root.length).replace(/^\//, '')
    if (entry.isFile() && path.includes('/') && path.endsWith('.ts')) found.push(path.replace(/\.ts$/, ''))
  }
  return found.sort()
}

export async function loadMutant(name: string): Promise<Mutant> {
  const { defect } = (await import(new URL(`${name}.ts`, MUTANTS_FOLDER).href)) as { defect: Defect }
  return { name, text: defect.text, must: defect.must, may: defect.may ?? [] }
}

export const loadMutants = async (): Promise<Mutant[]> => await Promise.all((await mutantNames()).map(loadMutant))
