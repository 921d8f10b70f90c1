/** Loads an adapter module, from a URL, TypeScript or JavaScript, whichever way the harness was started. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { BusAdapter } from '../adapter.ts'
import { checkAdapter } from '../claims-check.ts'
import { messageOf, UsageError } from '../errors.ts'
import { hasCode } from '../own-folder.ts'
import { loadModule } from './module.ts'

/** What sentences call a module: its path, where it is a file. */
export const placeOf = (module: string): string => (module.startsWith('file:') ? fileURLToPath(module) : module)

/** What the main thread needs to know of an adapter, as plain data. */
export interface AdapterFacts {
  readonly name: string
  readonly system: string
  readonly claims: BusAdapter['claims']
  readonly client: string | null
  readonly witness: Readonly<Record<string, string>> | null
}

export const factsOf = ({ name, system, claims, client, witness }: BusAdapter): AdapterFacts => ({
  name,
  system,
  claims,
  client: client ?? null,
  witness: witness ?? null,
})

/** Rejects with a {@link UsageError} where there is no adapter, or it lacks a package. */
export async function loadAdapter(module: string): Promise<BusAdapter> {
  const where = placeOf(module)
  if (module.startsWith('file:') && !existsSync(where)) throw new UsageError(`there is no adapter module ${where}`)
  let loaded: unknown
  try {
    loaded = await withinTime(loadModule(module), where)
  } catch (error) {
    throw new UsageError(`the adapter module ${where} cannot be loaded: ${reasonOf(error)}`)
  }
  const adapter = checkAdapter(loaded, where)
  if (adapter.client !== undefined && !isInstalled(adapter.client, module)) {
    throw new UsageError(
      `the adapter ${adapter.name} needs the package ${adapter.client}: ${installing(adapter.client)}`,
    )
  }
  return adapter
}

/** Longest time for loading, ms of the real clock: under virtual time the thread's starter watches it. */
const LOAD_WITHIN = 30_000

async function withinTime<T>(work: Promise<T>, where: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new Error(`it is not loaded after ${LOAD_WITHIN / 1000} s; ${where} must not block at its top level`)),
      LOAD_WITHIN,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const installing = (name: string): string => `run \`npm install --save-dev ${name}\``

/** Whether `module` can import the package. */
function isInstalled(name: string, module: string): boolean {
  if (!module.startsWith('file:')) return true
  try {
    createRequire(module).resolve(name)
    return true
  } catch (error) {
    // One that only `import` may load is there too.
    return !hasCode(error, 'MODULE_NOT_FOUND')
  }
}

/** Node's own words, or better ones where they do not say what to do. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  const [, missing] = /^Cannot find (?:package|module) '([^'./][^']*)'/.exec(message) ?? []
  if (missing !== undefined && hasCode(error, 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND')) {
    return `it imports the package ${missing}, which is not installed: ${installing(missing)}`
  }
  if (!/require\(\) (of )?ES Module|Cannot use import statement outside a module/.test(message)) return message
  return 'it is taken for CommonJS: put a package.json with "type": "module" above it, or let its name end with .mts or .mjs'
}
