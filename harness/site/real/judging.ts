/** Has a thread of its own judge the runs of all lanes, one after the other. */
import { Worker } from 'node:worker_threads'
import type { Finding } from '../../check/check.ts'
import { SiteError } from '../../errors.ts'
import { SOURCE_SUFFIX } from '../../load/system.ts'
import { threadOf } from '../thread.ts'

export type Findings = Readonly<Record<string, Finding>>

export interface ToJudge {
  readonly path: string
  /** Whether the history has its end. */
  readonly complete: boolean
}

export type Judged = { readonly findings: Findings } | { readonly error: string }

export interface Judging extends AsyncDisposable {
  /** Rejects with {@link SiteError} if the history cannot be read, or the thread ended. */
  judge(history: ToJudge): Promise<Findings>
}

export function startJudging(): Judging {
  const worker = new Worker(threadOf(new URL(`./judging-worker${SOURCE_SUFFIX}`, import.meta.url)), {
    eval: true,
    execArgv: ['--no-warnings'],
  })
  let ended: string | null = null
  worker.on('error', (error) => {
    ended = error.message
  })
  worker.on('exit', () => {
    ended ??= 'the thread that judges has ended'
  })
  worker.unref()
  let last: Promise<unknown> = Promise.resolve()

  const ask = (history: ToJudge): Promise<Findings> =>
    new Promise((resolve, reject) => {
      const settle = (answer: Judged): void => {
        worker.off('message', settle).off('exit', gone)
        if ('findings' in answer) resolve(answer.findings)
        else reject(new SiteError(`a run could not be judged: ${answer.error}`))
      }
      const gone = (): void => settle({ error: ended ?? 'the thread that judges has ended' })
      if (ended !== null) return gone()
      worker.on('message', settle).on('exit', gone)
      worker.postMessage(history)
    })

  return {
    judge(history) {
      const judged = last.then(() => ask(history))
      last = judged.catch(() => undefined)
      return judged
    },
    async [Symbol.asyncDispose]() {
      await last
      await worker.terminate()
    },
  }
}
