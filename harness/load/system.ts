/** Loads systems as an adapter names them, by a built-in name or a module's URL; the harness imports none by name. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf, UsageError } from '../errors.ts'
import type { Lacks } from '../lacks.ts'
import type { SiteName } from '../site-name.ts'
import type { SimulatedSystem, System } from '../system-contract.ts'
import { loadModule } from './module.ts'
import { checkSystem, lacksOf } from './system-check.ts'

/** `.ts` when running from source, `.js` when built. */
export const SOURCE_SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

interface SystemModule {
  readonly default: System
  readonly simulated?: SimulatedSystem
  readonly containers?: System
  readonly remote?: System
}

async function loadSystemModule(name: string): Promise<SystemModule> {
  if (URL.canParse(name)) return await loadOutside(name)
  const url = new URL(`../../systems/${name}/index${SOURCE_SUFFIX}`, import.meta.url)
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(fileURLToPath(url))) {
    throw new UsageError(
      `there is no system "${name}": an adapter's \`system\` must be the name of one that comes with busproof, ` +
        'such as memory or postgres, or the URL of a module that exports one',
    )
  }
  return (await import(url.href)) as SystemModule
}

/** Of somebody else's: nothing is known of it before. */
async function loadOutside(url: string): Promise<SystemModule> {
  const where = url.startsWith('file:') ? fileURLToPath(url) : url
  if (url.startsWith('file:') && !existsSync(where)) throw new UsageError(`there is no system module ${where}`)
  let module: Partial<Record<keyof SystemModule, unknown>>
  try {
    module = await loadModule(url)
  } catch (error) {
    throw new UsageError(`the system module ${where} cannot be loaded: ${messageOf(error)}`)
  }
  const { default: real, containers, remote } = module
  return {
    ...(module as SystemModule),
    default: checkSystem(real, `${where}: its default export`),
    ...(containers === undefined ? {} : { containers: checkSystem(containers, `${where}: its export \`containers\``) }),
    ...(remote === undefined ? {} : { remote: checkSystem(remote, `${where}: its export \`remote\``) }),
  }
}

/** The system for this site; by default `real`. */
export async function loadSystem(name: string, site: Exclude<SiteName, 'simulated'> = 'real'): Promise<System> {
  const module = await loadSystemModule(name)
  const system = site === 'real' ? module.default : module[site]
  if (system === undefined)
    throw new UsageError(`the system "${name}" does not support the site ${site}: use --site real`)
  return system
}

/** The sites, besides the simulated one, that the system supports. */
export async function sitesWith(name: string): Promise<readonly Exclude<SiteName, 'simulated'>[]> {
  const module = await loadSystemModule(name)
  return (['real', 'containers', 'remote'] as const).filter((site) => site === 'real' || module[site] !== undefined)
}

/** Null when the system cannot run inside the simulated site. */
export const loadSimulatedSystem = async (name: string): Promise<SimulatedSystem | null> =>
  (await loadSystemModule(name)).simulated ?? null

/** The adapter is as it should be, but its system is not to be had in virtual time. */
export class NotSimulatedError extends UsageError {}

/** With what its default export says of it. */
export async function requireSimulatedSystem(
  url: string,
  witness?: Readonly<Record<string, string>> | null,
): Promise<{ readonly system: SimulatedSystem; readonly name: string; readonly lacks: Lacks }> {
  const { simulated: system, default: defaultSystem } = await loadSystemModule(url)
  if (system === undefined) throw new NotSimulatedError(`the system "${url}" cannot be simulated: use --site real`)
  return { system, name: defaultSystem.name, lacks: lacksOf(defaultSystem, witness) }
}

/** Removes what was left on a system that outlives its harness; null where there is no such system, or it never does. */
export async function loadSweep(name: string): Promise<NonNullable<System['sweep']> | null> {
  try {
    const { default: real, containers, remote } = await loadSystemModule(name)
    const sweeping = [remote, real, containers].find((system) => system?.sweep !== undefined)
    return sweeping?.sweep === undefined ? null : sweeping.sweep.bind(sweeping)
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}
