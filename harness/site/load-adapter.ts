/** Loads an adapter module, from a URL, TypeScript or JavaScript. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BusAdapter } from '../adapter.ts'
import { UsageError } from '../certify-options.ts'
import { checkAdapter } from '../claims-check.ts'
import { messageOf } from '../history/seen-error.ts'

export async function loadAdapter(module: string): Promise<BusAdapter> {
  const where = module.startsWith('file:') ? fileURLToPath(module) : module
  if (module.startsWith('file:') && !existsSync(where)) throw new UsageError(`there is no adapter module ${where}`)
  let loaded: unknown
  try {
    loaded = await import(module)
  } catch (error) {
    throw new UsageError(`the adapter module ${where} cannot be loaded: ${reasonOf(error)}`)
  }
  return checkAdapter(loaded, where)
}

/** Outside a package of the type "module", a TypeScript file counts as CommonJS, and Node's own words do not tell so. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (!message.includes('require() ES Module')) return message
  return 'it is taken for CommonJS: put a package.json with "type": "module" above it, or let its name end with .mts'
}
