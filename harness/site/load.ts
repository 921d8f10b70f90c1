/** Loads systems by the name that an adapter gives, and adapters by URL; the harness imports neither by name. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../certify-options.ts'
import type { SiteName } from './site-name.ts'
import type { SimulatedSystem, System } from './system.ts'

/** `.ts` when running from source, `.js` when built. */
export const SOURCE_SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

interface SystemModule {
  readonly default: System
  readonly simulated?: SimulatedSystem
  readonly containers?: System
  readonly remote?: System
}

async function loadSystemModule(name: string): Promise<SystemModule> {
  if (URL.canParse(name)) return (await import(name)) as SystemModule
  const url = new URL(`../../systems/${name}/index${SOURCE_SUFFIX}`, import.meta.url)
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(fileURLToPath(url))) {
    throw new UsageError(
      `there is no system "${name}": an adapter's \`system\` must name a folder under systems/, such as memory or postgres`,
    )
  }
  return (await import(url.href)) as SystemModule
}

/** The system as it is had on this site; `real` where none is named. */
export async function loadSystem(name: string, site: Exclude<SiteName, 'simulated'> = 'real'): Promise<System> {
  const module = await loadSystemModule(name)
  const system = site === 'real' ? module.default : module[site]
  if (system === undefined)
    throw new UsageError(`the system "${name}" cannot be had on the site ${site}: use --site real`)
  return system
}

/** The sites, beside the simulated one, on which the system can be had. */
export async function sitesWith(name: string): Promise<readonly Exclude<SiteName, 'simulated'>[]> {
  const module = await loadSystemModule(name)
  return (['real', 'containers', 'remote'] as const).filter((site) => site === 'real' || module[site] !== undefined)
}

/** Null when the system cannot run inside the simulated site. */
export const loadSimulatedSystem = async (name: string): Promise<SimulatedSystem | null> =>
  (await loadSystemModule(name)).simulated ?? null

/** The adapter is as it should be, but its system is not to be had in virtual time. */
export class NotSimulatedError extends UsageError {}

export async function requireSimulatedSystem(name: string): Promise<SimulatedSystem> {
  const system = await loadSimulatedSystem(name)
  if (system === null) throw new NotSimulatedError(`the system "${name}" cannot be simulated: use --site real`)
  return system
}
