/** A copy of the adapters, to edit; all else that they import stays what it is. */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ROOT } from './files.ts'

/** Below `node_modules/`, where no other command looks, and where an import of a package finds it. */
export const SCRATCH = fileURLToPath(new URL('../../node_modules/.scratch/edits/', import.meta.url))

const LINKED = ['harness', 'spec', 'systems', 'package.json', 'tsconfig.json']

export interface Copy {
  write(file: string, text: string): void
  urlOf(file: string): string
}

/** Copies of different names may be used at once. */
export function createCopy(name: string): Copy {
  const folder = join(SCRATCH, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(ROOT, 'adapters'), join(folder, 'adapters'), { recursive: true })
  for (const linked of LINKED) symlinkSync(join(ROOT, linked), join(folder, linked))
  return {
    write: (file, text) => writeFileSync(join(folder, file), text),
    urlOf: (file) => pathToFileURL(join(folder, file)).href,
  }
}
