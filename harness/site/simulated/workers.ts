/** The worker thread of a lane, seen from outside. */
import { Worker } from 'node:worker_threads'
import { SiteError, UsageError } from '../../errors.ts'
import type { Event } from '../../events/kinds.ts'
import type { OutageKind } from '../../faults.ts'
import { type Ended, endSentence } from '../../host/ended.ts'
import { threadTime } from '../../host/thread-time.ts'
import type { Lacks } from '../../lacks.ts'
import type { AdapterFacts } from '../../load/adapter.ts'
import { placeOf } from '../../load/adapter.ts'
import { NotSimulatedError, SOURCE_SUFFIX } from '../../load/system.ts'
import type { RunOutcome } from '../../run/outcome.ts'
import { threadOf } from '../thread.ts'
import type { RunRequest, WorkerData, WorkerMessage } from './serve.ts'
import { type Bounds, type Look, watchThread } from './watch.ts'

const WORKER = `
const { parentPort } = require('node:worker_threads')
let thread = null
try {
  thread = Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1))
} catch {} // Only Linux tells.
parentPort.postMessage({ type: 'thread', thread })
${threadOf(new URL(`./worker${SOURCE_SUFFIX}`, import.meta.url))}`

const FAILURES = { usage: UsageError, 'not simulated': NotSimulatedError, site: SiteError } as const

export interface Started extends AsyncDisposable {
  readonly adapter: AdapterFacts
  readonly outages: readonly OutageKind[]
  readonly lacks: Lacks
  /** Rejects with a {@link UsageError} when the adapter gave something of the wrong shape. */
  run(request: Omit<RunRequest, 'id'>): Promise<RunOutcome | CutShort>
}

/** The thread ended before its run; `events` are those that it had reported. */
export interface CutShort {
  readonly cut: Ended
  readonly events: readonly Event[]
}

type Ready = Extract<WorkerMessage, { type: 'ready' }>
type Running = { readonly resolve: (outcome: RunOutcome | CutShort) => void; readonly reject: (error: Error) => void }

/** Rejects with a {@link UsageError} where the module cannot be loaded, or keeps its thread to itself. */
export async function startWorker(module: string, bounds: Bounds): Promise<Started> {
  const turns = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerData = { module, turns }
  const worker = new Worker(WORKER, {
    eval: true,
    workerData,
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: bounds.heap },
    stdout: true,
    stderr: true,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  worker.stdout.resume()
  let said = ''
  worker.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  let thread: number | null = null
  const look = (): Look => ({ turns: Atomics.load(turns, 0), busy: threadTime(thread), wall: performance.now() })

  let running: Running | null = null
  let events: Event[] = []
  let ids = 0
  let gone: Ended | null = null
  let ending = false
  let loaded: { resolve: (ready: Ready) => void; reject: (error: Error) => void } | null = null
  let watching: Disposable | null = null

  /** The end of the thread: the adapter's doing, for the harness ends it only when it is through with it. */
  const end = (cut: Ended): void => {
    watching?.[Symbol.dispose]()
    gone ??= cut
    const called = `the adapter module ${placeOf(module)}`
    loaded?.reject(new UsageError(endSentence(called, gone, ' while it was loaded')))
    running?.resolve({ cut: gone, events })
    running = null
  }
  const watch = (within: Pick<Bounds, 'turn' | 'run' | 'wall'>): void => {
    watching = watchThread(look, within, (what) => {
      gone = { how: 'hang', what, cause: 'is there a loop without an end?' }
      void worker.terminate()
    })
  }

  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      gone ??= { how: 'out-of-memory', what: `used more than ${bounds.heap} MiB of memory`, cause: null }
      return
    }
    const broken = new SiteError(`the simulated site broke: ${error.message}`)
    loaded?.reject(broken)
    running?.reject(broken)
    running = null
  })
  worker.on('exit', (code) => {
    if (ending) return
    const words = said.trim()
    end({ how: 'exit', what: `ended its thread (exit code ${code})`, cause: words === '' ? null : words })
  })
  const take = (settle: (one: Running) => void): void => {
    watching?.[Symbol.dispose]()
    const one = running
    running = null
    if (one !== null) settle(one)
  }
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'thread') thread = message.thread
    else if (message.type === 'ready') loaded?.resolve(message)
    else if (message.type === 'failed') loaded?.reject(new FAILURES[message.why](message.message))
    else if (message.type === 'entry') {
      if (message.entry.type !== 'run') events.push(message.entry)
    } else if (message.type === 'refused') take(({ reject }) => reject(new UsageError(message.message)))
    else take(({ resolve }) => resolve(message.outcome))
  })

  const dispose = async (): Promise<void> => {
    ending = true
    watching?.[Symbol.dispose]()
    await worker.terminate()
  }
  try {
    const ready = await new Promise<Ready>((resolve, reject) => {
      loaded = { resolve, reject }
      const { busy, wall } = bounds.load
      watch({ turn: busy, run: busy, wall })
    })
    return {
      adapter: ready.adapter,
      outages: ready.outages,
      lacks: ready.lacks,
      run: (request) =>
        new Promise((resolve, reject) => {
          events = []
          running = { resolve, reject }
          if (gone !== null) return end(gone)
          watch(bounds)
          worker.postMessage({ ...request, id: ids++ } satisfies RunRequest)
        }),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  } finally {
    loaded = null
    ;(watching as Disposable | null)?.[Symbol.dispose]()
  }
}
