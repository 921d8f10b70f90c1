import type { Progress } from '../certify-options.ts'
import { clip, duration, grouped, plural } from '../report/text.ts'
import type { Output } from './io.ts'

export interface ProgressLine {
  update(progress: Progress): void
  /** Leaves the terminal clean; nothing is shown afterwards. */
  done(): void
}

/** Between two lines where the stream is not a terminal, and between two rewrites where it is one, ms. */
const PLAIN_PERIOD = 2_000
const TERMINAL_PERIOD = 100

/** One line that is written anew on a terminal; elsewhere a line every two seconds. */
export function createProgressLine(output: Output, now: () => number = () => performance.now()): ProgressLine {
  const terminal = output.isTTY === true
  let last = Number.NEGATIVE_INFINITY
  let phase: Progress['phase'] | null = null
  let ended = false
  const show = (text: string): void => {
    output.write(terminal ? `\r\u001b[2K${clip(text, (output.columns ?? 100) - 1)}` : `${text}\n`)
  }
  return {
    update(progress) {
      const due = now() - last >= (terminal ? TERMINAL_PERIOD : PLAIN_PERIOD)
      if (ended || (!due && progress.phase === phase)) return
      last = now()
      phase = progress.phase
      show(progressText(progress))
    },
    done() {
      if (terminal && phase !== null && !ended) output.write('\r\u001b[2K')
      ended = true
    },
  }
}

export function progressText(progress: Progress): string {
  const { remainingMs, short } = progress
  const left = remainingMs === null ? '' : `, about ${duration(remainingMs)} left`
  return [
    `${progress.phase}: ${grouped(progress.runs)}/${grouped(progress.wanted)} runs`,
    `${plural(progress.faultsLanded, 'fault')} landed`,
    plural(progress.events, 'event'),
    `${duration(progress.elapsedMs)}${left}`,
    ...(short.length === 0 ? [] : [`short of occasions: ${few(short)}`]),
  ].join(' · ')
}

const few = (clauses: readonly string[]): string =>
  clauses.length <= 3 ? clauses.join(', ') : `${clauses.slice(0, 3).join(', ')} and ${clauses.length - 3} more`
