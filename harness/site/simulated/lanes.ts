/** Simulated lanes: each a worker thread under virtual time. */
import { SiteError } from '../../errors.ts'
import type { Ended } from '../../host/ended.ts'
import { placeOf } from '../../load/adapter.ts'
import { fitToSystem } from '../../plan/fit.ts'
import { cutOutcome } from '../../run/cut.ts'
import type { Execute } from '../../run/outcome.ts'
import { headerOf } from '../../run/run.ts'
import { type Lane, type Lanes, NO_NETWORK } from '../lane.ts'
import { witnessWithout } from './environment.ts'
import { BOUNDS, type Bounds } from './watch.ts'
import { type Started, startWorker } from './workers.ts'

export async function startSimulatedLanes(module: string, count: number, bounds: Bounds = BOUNDS): Promise<Lanes> {
  const started = await Promise.all(Array.from({ length: count }, () => startWorker(module, bounds)))
  const [first] = started
  if (first === undefined) throw new SiteError('the simulated site needs at least one lane')
  const lanes = started.map((worker) => laneOf(worker, () => startWorker(module, bounds), placeOf(module)))
  return {
    adapter: first.adapter,
    lanes,
    outages: first.outages,
    lacks: first.lacks,
    servers: 1,
    madeAgain: [],
    about: {
      ...(first.lacks.network === undefined
        ? { links: 'simulated links', server: `${first.adapter.system} (embedded, simulated)` }
        : NO_NETWORK),
      witness: witnessWithout(first.lacks),
      host: 'worker',
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()))),
  }
}

/** A thread that the adapter has ended, or that had to be, is an outcome of its run; the next run gets a new one. */
function laneOf(first: Started, again: () => Promise<Started>, where: string): Lane {
  let worker: Started | null = first
  const { adapter, lacks } = first
  /** Once a thread has ended early, later ones report their history as it happens, so that the last events of a thread are known. */
  let tells = false
  const called = `${adapter.name} (${where})`

  const execute: Execute = async (asked, options) => {
    const plan = fitToSystem(asked, lacks)
    const run = async () => {
      worker ??= await again()
      const ended = await worker.run({ plan, keepHistory: options?.keepHistory ?? false, tells })
      if ('cut' in ended) worker = null
      return ended
    }
    const ended = await run()
    if (!('cut' in ended)) return ended
    const header = headerOf({ adapter, lacks, plan, site: 'simulated', witness: witnessWithout(lacks), prefix: 'sim-' })
    const cut = (events: typeof ended.events, how: Ended) => cutOutcome(header, events, called, how)
    if (tells) return cut(ended.events, ended.cut)
    tells = true
    const told = await run()
    return 'cut' in told ? cut(told.events, told.cut) : cut([], ended.cut)
  }
  return { execute, [Symbol.asyncDispose]: async () => void (await worker?.[Symbol.asyncDispose]()) }
}
