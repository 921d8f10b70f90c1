/** The mutants as they stand under `mutants/`, and `spec/mutants.ts`, which tells of them where that folder is not there. */
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Defect } from '../../mutants/mutant.ts'
import type { Mutant } from '../../spec/mutant.ts'

export const MUTANTS_FOLDER = new URL('../../mutants/', import.meta.url)
export const MUTANTS_FILE = new URL('../../spec/mutants.ts', import.meta.url)

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

const HEAD = `/**
 * Every mutant under \`mutants/\`, which the published package does not hold. Written by \`npm run mutants -- --write\`: edit the
 * mutant, not this file.
 */
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = `

/** The text of `spec/mutants.ts`, as Biome sets it. */
export function mutantsSource(mutants: readonly Mutant[]): string {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [biome, 'format', `--stdin-file-path=${fileURLToPath(MUTANTS_FILE)}`],
    { input: `${HEAD}${JSON.stringify(mutants)}\n`, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`Biome did not set spec/mutants.ts: ${stderr}`)
  return stdout
}
