/** Starts the lanes of the site that was asked for, or of the one that the adapter's system suggests. */
import type { CertifyOptions } from '../certify-options.ts'
import type { Lanes } from './lane.ts'
import { loadSimulatedSystem } from './load.ts'
import { loadAdapter } from './load-adapter.ts'
import { startRealLanes } from './real/lanes.ts'
import { startSimulatedLanes } from './simulated/lanes.ts'

/** Where a real lane writes the history of its run while it happens; what lies there was interrupted. */
export const RUNS_FOLDER = '.busproof/runs'

export interface StartOptions {
  readonly site?: 'simulated' | 'real'
  readonly count: number
  readonly toxiproxy: NonNullable<CertifyOptions['toxiproxy']>
}

export async function startLanes(
  module: string,
  options: StartOptions,
): Promise<{ site: 'simulated' | 'real'; lanes: Lanes }> {
  const site = options.site ?? (await defaultSite(module))
  const lanes =
    site === 'simulated'
      ? await startSimulatedLanes(module, options.count)
      : await startRealLanes(module, { count: options.count, toxiproxy: options.toxiproxy, histories: RUNS_FOLDER })
  return { site, lanes }
}

/** Simulated where the system can be. */
async function defaultSite(module: string): Promise<'simulated' | 'real'> {
  const { system } = await loadAdapter(module)
  return (await loadSimulatedSystem(system)) === null ? 'real' : 'simulated'
}
