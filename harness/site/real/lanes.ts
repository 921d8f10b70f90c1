/** Real lanes: each has its own links and child processes; the system is shared where it can serve several runs at once. */

import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, SiteError, UsageError } from '../../errors.ts'
import { compressHistory, createHistoryFile } from '../../history/write.ts'
import type { Lacks } from '../../lacks.ts'
import type { AdapterFacts } from '../../load/adapter.ts'
import { checkPromises } from '../../load/promises.ts'
import { loadSystem } from '../../load/system.ts'
import { lacksOf } from '../../load/system-check.ts'
import { fitToSystem } from '../../plan/fit.ts'
import { createDisposables, leave } from '../../process/disposables.ts'
import { ownName } from '../../process/leases/identity.ts'
import { makeTemporaryFolder } from '../../process/leases/lease.ts'
import type { Execute, RunOutcome } from '../../run/outcome.ts'
import { passingIn } from '../../run/passing.ts'
import { runPlan } from '../../run/run.ts'
import type { Advertise, RunningSystem, System } from '../../system-contract.ts'
import type { Lane, Lanes } from '../lane.ts'
import { checkWitness } from '../offered.ts'
import { outageKindsOf } from '../outages.ts'
import { realEnvironment } from './environment.ts'
import { readFacts } from './facts.ts'
import { holdingPrefixes } from './holding-prefixes.ts'
import { createHosts } from './hosts.ts'
import { type Judging, startJudging } from './judging.ts'
import { createMadeAgain, type MadeAgain, makingAgain } from './made-again.ts'
import { narrowed } from './narrowed.ts'
import { createStand, type RunEnvironment, type Stand, twice } from './stand.ts'
import { noCarrier, startFaultCarrier, type ToxiproxyChoice } from './toxiproxy.ts'

export interface RealOptions extends ToxiproxyChoice {
  /** Of the system; undefined: as few as it runs with. */
  readonly servers: number | undefined
  readonly count: number
  /** Folder in which each lane writes the history of its run as it happens; what is left there was interrupted. */
  readonly histories: string
  /** For hours: runs are judged by a thread of its own, so that other lanes are not held up, and more of them may be made again. */
  readonly goesOn?: boolean
}

export async function startRealLanes(module: string, options: RealOptions): Promise<Lanes> {
  const loaded = await readFacts(module)
  const system = await loadSystem(loaded.system, options.site)
  const adapter = { ...loaded, system: system.name }
  const lacks = lacksOf(system, adapter.witness)
  checkPromises(adapter, system.name, lacks)
  const servers = sizeOf(system, options.servers)
  const missing = await system.missing()
  if (missing !== null) throw new UsageError(missing)
  const stack = createDisposables()
  try {
    const carrier = stack.use(await (lacks.network === undefined ? startFaultCarrier(options) : noCarrier()))
    const shared = system.concurrent
      ? stack.use(await twice(() => startSystem(system, { module: loaded.system, servers, lacks })))
      : null
    const madeAgain = createMadeAgain(options.goesOn)
    const judging = options.goesOn === true ? stack.use(startJudging()) : null
    const lanes: Lane[] = []
    let serving = shared
    for (let index = 0; index < options.count; index++) {
      const start = (advertise: Advertise) => startSystem(system, { module: loaded.system, servers, lacks, advertise })
      const stand = stack.use(await createStand({ carrier, shared, start, linked: lacks.network === undefined }))
      const { system: own } = await stand.environment()
      serving ??= own
      const facts = narrowed(adapter, own.minimums)
      const history = join(options.histories, `${ownName()}-lane-${index}.jsonl`)
      lanes.push(stack.use(startLane({ module, adapter: facts, lacks, stand, history, madeAgain, judging })))
    }
    if (serving === null) throw new SiteError('the real site needs at least one lane')
    return {
      adapter: narrowed(adapter, serving.minimums),
      lanes,
      outages: outageKindsOf(serving),
      lacks,
      servers: serving.advertisedEndpoints?.length ?? servers,
      madeAgain: madeAgain.told,
      about: {
        get links() {
          return carrier.links()
        },
        witness: witnessOf(serving, adapter, lacks),
        host: 'child process',
        server: serving.version,
      },
      [Symbol.asyncDispose]: () => leave(stack, 'a part of the site'),
    }
  } catch (error) {
    await leave(stack, 'a part of the site')
    throw error
  }
}

function sizeOf({ name, sizes }: System, wish: number | undefined): number {
  const [fewest = 1] = sizes
  if (wish === undefined || sizes.includes(wish)) return wish ?? fewest
  if (sizes.length === 0)
    throw new UsageError(`${name} is already running, with a fixed number of servers: leave --servers out`)
  throw new UsageError(
    sizes.length < 2
      ? `${name} runs with ${fewest} server: leave --servers out`
      : `${name} runs with ${sizes.join(' or ')} servers: set --servers to one of these`,
  )
}

/** What was consumed can be read no more, so without a log there is no telling afterwards what was stored. */
const witnessOf = (system: RunningSystem, adapter: AdapterFacts, { storedLog }: Lacks): 'after' | 'none' =>
  storedLog === undefined && system.canWitness(adapter.witness ?? {}) ? 'after' : 'none'

interface Starting {
  readonly module: string
  readonly servers: number
  readonly lacks: Lacks
  readonly advertise?: Advertise
}

/** In a folder of its own, which goes when the system stops. */
async function startSystem(system: System, { module, servers, lacks, advertise }: Starting): Promise<RunningSystem> {
  const { path: folder, release } = makeTemporaryFolder(system.name)
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true })
    release()
  }
  try {
    const running = await system.start({ folder, servers: servers, ...(advertise === undefined ? {} : { advertise }) })
    return {
      ...running,
      prepare: prepareChecked(holdingPrefixes(module, running), system.name, lacks),
      [Symbol.asyncDispose]: async () => {
        await running[Symbol.asyncDispose]()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Only a witness that offers what its system has, and nothing else. */
function prepareChecked(prepare: RunningSystem['prepare'], name: string, lacks: Lacks): RunningSystem['prepare'] {
  return async (run) => {
    const prepared = await prepare(run)
    try {
      if (prepared.witness !== null) checkWitness(prepared.witness, name, lacks)
      return prepared
    } catch (error) {
      await prepared[Symbol.asyncDispose]()
      throw error
    }
  }
}

interface LaneOptions {
  readonly module: string
  readonly adapter: AdapterFacts
  readonly lacks: Lacks
  readonly stand: Stand
  readonly history: string
  readonly madeAgain: MadeAgain
  readonly judging: Judging | null
}

function startLane({ module, adapter, lacks, stand, history, madeAgain, judging }: LaneOptions): Lane {
  const hosts = createHosts(module, adapter.name)
  let runs = 0
  const name = randomBytes(3).toString('hex')
  const attempt: Execute = async (asked, executeOptions) => {
    const plan = fitToSystem(asked, lacks)
    const environment = await stand.environment()
    const file = createHistoryFile(history)
    const { signal } = executeOptions ?? {}
    // Whatever a run waits for then is over at once: a bus that hangs would keep it for as long as its claims allow.
    const end = (): void => void hosts.end()
    signal?.addEventListener('abort', end)
    try {
      const run = await runPlan({
        adapter,
        lacks,
        plan,
        site: 'real',
        witness: witnessOf(environment.system, adapter, lacks),
        prefix: `bp${name}_${runs++}_`,
        prepare: realEnvironment({ adapter, lacks, ...environment, weighs: judging !== null, host: hosts.host }),
        keepHistory: executeOptions?.keepHistory ?? false,
        ...(judging === null ? {} : { judge: (complete) => judging.judge({ path: history, complete }) }),
        write(entry) {
          file.append(entry)
          if (entry.type !== 'run') executeOptions?.onEvent?.(entry)
        },
        ...(executeOptions?.beforeTraffic === undefined ? {} : { beforeTraffic: executeOptions.beforeTraffic }),
        ...(signal === undefined ? {} : { signal }),
      })
      const outcome = signal?.aborted === true ? run : await overSoundLinks(run, environment)
      // What a broken adapter has left behind in its process must not look like the next run's doing.
      if (outcome.error === null) await letGo(history, executeOptions?.historyAt)
      if (outcome.error !== null || Object.values(outcome.findings).some(({ violations }) => violations.length > 0))
        await hosts.end()
      return outcome
    } finally {
      signal?.removeEventListener('abort', end)
      file.close()
    }
  }
  return {
    execute: makingAgain({ attempt, renew: (renewing) => stand.renew(renewing), madeAgain }),
    [Symbol.asyncDispose]: () => hosts[Symbol.asyncDispose](),
  }
}

/** What cannot be kept spoils no run. */
async function letGo(history: string, to: string | undefined): Promise<void> {
  if (to !== undefined)
    await compressHistory(history, to).catch((error: unknown) =>
      process.emitWarning(`a history is not kept: ${messageOf(error)}`),
    )
  await rm(history, { force: true })
}

/** Over links that do not carry any more, nothing that the bus did or left out is its own doing. */
async function overSoundLinks(outcome: RunOutcome, { links }: RunEnvironment): Promise<RunOutcome> {
  try {
    await Promise.all(Object.values(links).map((link) => link.check()))
    return outcome
  } catch (error) {
    const passing = passingIn(error)
    return { ...outcome, findings: {}, error: messageOf(error), ...(passing === undefined ? {} : { passing }) }
  }
}
