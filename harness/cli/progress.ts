import type { Progress } from '../certify-options.ts'
import { duration, grouped, plural } from '../text.ts'
import type { Output } from './io.ts'
import { createLine } from './line.ts'

export interface ProgressLine {
  update(progress: Progress): void
  /** Leaves the terminal clean; nothing is shown afterwards. */
  done(): void
}

/** Between two rewrites of the line on a terminal, ms. */
const TERMINAL_PERIOD = 100

export interface LineOptions {
  /** Between two lines where the stream is no terminal, ms. */
  readonly every: number
  /** Nothing is shown for so long, ms. */
  readonly silent?: number
  /** What each line begins with. */
  readonly title?: string
  readonly now?: () => number
}

/** One line that is rewritten on a terminal; elsewhere a new line from time to time. */
export function createProgressLine(
  output: Output,
  { every, silent = 0, title = '', now = () => performance.now() }: LineOptions,
): ProgressLine {
  const line = createLine(output)
  const began = now()
  let last = Number.NEGATIVE_INFINITY
  let phase: Progress['phase'] | null = null
  let ended = false
  return {
    update(progress) {
      const due = now() - last >= (line.isTerminal ? TERMINAL_PERIOD : every)
      // Where lines stay, what is wrong with the adapter is the first that is said.
      if (progress.phase === 'starting' && !line.isTerminal) return
      if (ended || now() - began < silent || (!due && progress.phase === phase)) return
      last = now()
      phase = progress.phase
      line.show(`${title}${progressText(progress)}`)
    },
    done() {
      line.clear()
      ended = true
    },
  }
}

export function progressText(progress: Progress): string {
  const { remainingMs, short } = progress
  if (progress.phase === 'starting') return 'starting the site'
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
