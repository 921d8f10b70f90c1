/** Runs a plan on each of many adapters in virtual time, all in one thread. */
import { Worker } from 'node:worker_threads'
import type { Plan } from '../../harness/plan/plan.ts'
import type { RunOutcome } from '../../harness/run/outcome.ts'
import type { WorkerMessage } from '../../harness/site/simulated/serve.ts'

export interface Replay {
  /** URL of an adapter's module. */
  readonly module: string
  /** Settings may be left out. */
  readonly plan: Plan
}

const THREAD = `
import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => {
  register()
  return import(${JSON.stringify(new URL('./replays.ts', import.meta.url).href)})
})`

/** What became of each, in order. Rejects where one cannot be loaded or run. */
export function replayAll(replays: readonly Replay[]): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = []
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: replays,
    execArgv: ['--no-warnings'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', () => {
      if (outcomes.length === replays.length) resolve(outcomes)
      else reject(new Error(`${replays[outcomes.length]?.module} was not run: the thread has ended`))
    })
    worker.on('message', (message: WorkerMessage) => {
      const where = replays[outcomes.length]?.module
      if (message.type === 'outcome' && message.outcome.error === null) outcomes.push(message.outcome)
      else
        reject(new Error(`${where}: ${message.type === 'outcome' ? message.outcome.error : JSON.stringify(message)}`))
    })
  })
}
