/** Loads an adapter module, from a URL, TypeScript or JavaScript. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BusAdapter } from '../adapter.ts'
import { UsageError } from '../certify-options.ts'
import { checkAdapter } from '../claims-check.ts'
import { messageOf } from '../history/seen-error.ts'

/** What sentences call a module: its path, where it is a file. */
export const placeOf = (module: string): string => (module.startsWith('file:') ? fileURLToPath(module) : module)

export async function loadAdapter(module: string): Promise<BusAdapter> {
  const where = placeOf(module)
  if (module.startsWith('file:') && !existsSync(where)) throw new UsageError(`there is no adapter module ${where}`)
  let loaded: unknown
  try {
    loaded = await withinTime(import(module), where)
  } catch (error) {
    throw new UsageError(`the adapter module ${where} cannot be loaded: ${reasonOf(error)}`)
  }
  return checkAdapter(loaded, where)
}

/** Longest time for loading, ms of the real clock: under virtual time whoever started the thread watches it. */
const LOAD_WITHIN = 30_000

async function withinTime<T>(work: Promise<T>, where: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new Error(`it is not loaded after ${LOAD_WITHIN / 1000} s; ${where} must not wait at its top level`)),
      LOAD_WITHIN,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Outside a package of the type "module", a TypeScript file counts as CommonJS, and Node's own words do not tell so. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (!message.includes('require() ES Module')) return message
  return 'it is taken for CommonJS: put a package.json with "type": "module" above it, or let its name end with .mts'
}
