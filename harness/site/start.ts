/** Starts the lanes of the site that was asked for, or of the one that the adapter's system suggests. */
import type { CertifyOptions } from '../certify-options.ts'
import { type Deadline, STOPS_WITHIN } from '../deadline.ts'
import { SiteError, UsageError } from '../errors.ts'
import { NotSimulatedError } from '../load/system.ts'
import { makeOwnFolder } from '../own-folder.ts'
import { sweep } from '../process/leases/sweep.ts'
import { kindOf, type SiteKind, type SiteName } from '../site-name.ts'
import { settleWithin } from '../waiting.ts'
import type { Lanes } from './lane.ts'
import { startRealLanes } from './real/lanes.ts'
import { startSimulatedLanes } from './simulated/lanes.ts'

/** The folder in which a real lane writes the history of its current run; histories left there were interrupted. */
export const RUNS_FOLDER = '.busproof/runs'

export interface StartOptions {
  readonly site?: SiteName
  readonly servers?: number
  readonly count: number
  readonly toxiproxy: NonNullable<CertifyOptions['toxiproxy']>
  /** For hours, see `RealOptions`. */
  readonly goesOn?: boolean
}

export interface StartedSite {
  readonly site: SiteName
  readonly kind: SiteKind
  readonly lanes: Lanes
}

export async function startLanes(module: string, options: StartOptions): Promise<StartedSite> {
  const { site: wish = 'simulated', servers, count, toxiproxy, goesOn = false } = options
  if (wish === 'simulated') {
    const lanes = await simulatedLanes(module, options)
    if (lanes !== null) return { site: wish, kind: wish, lanes }
  }
  const site = wish === 'simulated' ? 'real' : wish
  await makeOwnFolder(RUNS_FOLDER)
  // What an earlier run left when it was killed must neither stay nor keep this one from beginning.
  const { warnings } = await sweep({ histories: RUNS_FOLDER })
  for (const warning of warnings) process.emitWarning(warning, 'BusproofWarning')
  const lanes = await startRealLanes(module, {
    site,
    servers,
    count,
    toxiproxy,
    histories: RUNS_FOLDER,
    goesOn,
  })
  return { site, kind: kindOf(site), lanes }
}

/**
 * The same within a time. Rejects with a {@link SiteError} where it was up before they stood; what was being started is then
 * stopped, for as long as that may take.
 */
export async function startLanesInTime(
  module: string,
  deadline: Deadline,
  options: StartOptions,
): Promise<StartedSite> {
  const starting = startLanes(module, options)
  const late = new Promise<null>((resolve) => {
    if (deadline.signal.aborted) resolve(null)
    deadline.signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  const started = await Promise.race([starting, late])
  if (started !== null) return started
  // What it fails by now is no news: the time was up before.
  const stopped = starting.then(async ({ lanes }) => await lanes[Symbol.asyncDispose]()).catch(() => undefined)
  await settleWithin([stopped], STOPS_WITHIN)
  throw new SiteError('the time was up before the site had started: allow more with --time')
}

/**
 * Null where no site was asked for and the system cannot be simulated. A worker is the first to load the adapter, because a
 * module that keeps its thread to itself would keep this one.
 */
async function simulatedLanes(module: string, { site, servers, count }: StartOptions): Promise<Lanes | null> {
  try {
    const lanes = await startSimulatedLanes(module, count)
    if (servers === undefined || servers === 1) return lanes
    await lanes[Symbol.asyncDispose]()
  } catch (error) {
    if (site === undefined && error instanceof NotSimulatedError) return null
    throw error
  }
  throw new UsageError('the simulated site has one server: leave --servers out')
}
