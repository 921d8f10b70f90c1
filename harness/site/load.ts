/** Loads systems by the name that an adapter gives, and adapters by URL; the harness imports neither by name. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SiteError, UsageError } from '../certify-options.ts'
import type { SimulatedSystem, System } from './system.ts'

/** `.ts` when running from source, `.js` when built. */
export const SOURCE_SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

interface SystemModule {
  readonly default: System
  readonly simulated?: SimulatedSystem
}

async function loadSystemModule(name: string): Promise<SystemModule> {
  const url = new URL(`../../systems/${name}/index${SOURCE_SUFFIX}`, import.meta.url)
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(fileURLToPath(url))) {
    throw new UsageError(
      `there is no system "${name}": an adapter's \`system\` must name a folder under systems/, such as memory or postgres`,
    )
  }
  return (await import(url.href)) as SystemModule
}

export const loadSystem = async (name: string): Promise<System> => (await loadSystemModule(name)).default

/** Null when the system cannot run inside the simulated site. */
export const loadSimulatedSystem = async (name: string): Promise<SimulatedSystem | null> =>
  (await loadSystemModule(name)).simulated ?? null

export async function requireSimulatedSystem(name: string): Promise<SimulatedSystem> {
  const system = await loadSimulatedSystem(name)
  if (system === null) throw new SiteError(`the system "${name}" cannot be simulated: use --site real`)
  return system
}
