/** Starts the lanes of the site that was asked for, or of the one that the adapter's system suggests. */
import { type CertifyOptions, UsageError } from '../certify-options.ts'
import { makeOwnFolder } from '../own-folder.ts'
import type { Lanes } from './lane.ts'
import { sweep } from './leases/sweep.ts'
import { NotSimulatedError } from './load.ts'
import { startRealLanes } from './real/lanes.ts'
import { startSimulatedLanes } from './simulated/lanes.ts'
import { kindOf, type SiteKind, type SiteName } from './site-name.ts'

/** Where a real lane writes the history of its run while it happens; what lies there was interrupted. */
export const RUNS_FOLDER = '.busproof/runs'

export interface StartOptions {
  readonly site?: SiteName
  readonly nodes?: number
  readonly count: number
  readonly toxiproxy: NonNullable<CertifyOptions['toxiproxy']>
}

export async function startLanes(
  module: string,
  options: StartOptions,
): Promise<{ site: SiteName; kind: SiteKind; lanes: Lanes }> {
  const { nodes, count, toxiproxy } = options
  const site = options.site === undefined || options.site === 'simulated' ? 'real' : options.site
  if (options.site !== site) {
    const lanes = await simulatedLanes(module, options)
    if (lanes !== null) return { site: 'simulated', kind: 'simulated', lanes }
  }
  await makeOwnFolder(RUNS_FOLDER)
  // What an earlier run left when it was killed must neither stay nor keep this one from beginning.
  const { warnings } = await sweep({ histories: RUNS_FOLDER })
  for (const warning of warnings) process.emitWarning(warning, 'BusproofWarning')
  const lanes = await startRealLanes(module, { site, nodes, count, toxiproxy, histories: RUNS_FOLDER })
  return { site, kind: kindOf(site), lanes }
}

/**
 * Null where no site was asked for and the system cannot be simulated. A worker is the first to load the adapter, because a
 * module that keeps its thread to itself would keep this one.
 */
async function simulatedLanes(module: string, { site, nodes, count }: StartOptions): Promise<Lanes | null> {
  try {
    const lanes = await startSimulatedLanes(module, count)
    if (nodes === undefined || nodes === 1) return lanes
    await lanes[Symbol.asyncDispose]()
  } catch (error) {
    if (site === undefined && error instanceof NotSimulatedError) return null
    throw error
  }
  throw new UsageError('the simulated site has one node: leave --nodes out')
}
