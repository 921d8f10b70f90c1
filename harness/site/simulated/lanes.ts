/** Simulated lanes: each a worker thread under virtual time. */
import { Worker } from 'node:worker_threads'
import { SiteError, UsageError } from '../../certify-options.ts'
import type { OutageKind } from '../../plan/plan.ts'
import type { RunOutcome } from '../../run/outcome.ts'
import type { AdapterFacts, Lane, Lanes } from '../lane.ts'
import { SOURCE_SUFFIX } from '../load.ts'
import type { RunRequest, WorkerData, WorkerMessage } from './serve.ts'

/** Real time, ms. A run in virtual time takes some tens of milliseconds. */
const LOAD_WITHIN = 30_000
const RUN_WITHIN = 60_000

export async function startSimulatedLanes(module: string, count: number): Promise<Lanes> {
  const started = await Promise.all(Array.from({ length: count }, () => startLane(module)))
  const [first] = started
  if (first === undefined) throw new SiteError('the simulated site needs at least one lane')
  return {
    adapter: first.adapter,
    lanes: started,
    outages: first.outages,
    nodes: 1,
    madeAgain: [],
    about: {
      links: 'simulated links',
      witness: 'live',
      host: 'worker',
      server: `${first.adapter.system} (embedded, simulated)`,
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(started.map((lane) => lane[Symbol.asyncDispose]()))),
  }
}

/** Adapters may be TypeScript, also where the harness itself was built; a worker's own file may not, hence this text. */
const WORKER = `
import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => {
  register()
  return import(${JSON.stringify(new URL(`./worker${SOURCE_SUFFIX}`, import.meta.url).href)})
})`

interface StartedLane extends Lane {
  readonly adapter: AdapterFacts
  readonly outages: readonly OutageKind[]
}

async function startLane(module: string): Promise<StartedLane> {
  const workerData: WorkerData = { module }
  const worker = new Worker(WORKER, {
    eval: true,
    workerData,
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  worker.stdout.resume()
  let said = ''
  worker.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const waiting = new Map<number, { resolve: (outcome: RunOutcome) => void; reject: (error: Error) => void }>()
  let ids = 0

  let hung: NodeJS.Timeout | undefined
  /** A thread that a loop without an end keeps busy answers nothing any more; only its end helps. */
  const watch = (within: number, what: string): void => {
    clearTimeout(hung)
    hung = setTimeout(() => {
      said = `${what} within ${within / 1000} s; is there a loop without an end, or a promise that nobody settles?`
      void worker.terminate()
    }, within)
  }

  watch(LOAD_WITHIN, 'the adapter module was not loaded')
  const { adapter, outages } = await new Promise<Pick<StartedLane, 'adapter' | 'outages'>>((resolve, reject) => {
    const gone = (error: Error): void => {
      reject(error)
      for (const { reject: fail } of waiting.values()) fail(error)
      waiting.clear()
    }
    worker.on('error', (error) => gone(new SiteError(`the simulated site broke: ${error.message}`)))
    worker.on('exit', () => gone(new SiteError(`the simulated site ended${said === '' ? '' : `: ${said.trim()}`}`)))
    worker.on('message', (message: WorkerMessage) => {
      clearTimeout(hung)
      if (message.type === 'ready') resolve(message)
      else if (message.type === 'failed')
        reject(message.usage ? new UsageError(message.message) : new SiteError(message.message))
      else {
        if (message.type === 'refused') waiting.get(message.id)?.reject(new UsageError(message.message))
        else waiting.get(message.id)?.resolve(message.outcome)
        waiting.delete(message.id)
      }
    })
  })

  return {
    adapter,
    outages,
    execute: (plan, options) =>
      new Promise((resolve, reject) => {
        const request: RunRequest = { id: ids++, plan, keepHistory: options?.keepHistory ?? false }
        waiting.set(request.id, { resolve, reject })
        watch(RUN_WITHIN, 'the run did not end')
        worker.postMessage(request)
      }),
    [Symbol.asyncDispose]: async () => {
      clearTimeout(hung)
      waiting.clear()
      await worker.terminate()
    },
  }
}
