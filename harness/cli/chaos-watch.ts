import type { ChaosProgress } from '../chaos/epochs.ts'
import { clip, duration, grouped } from '../text.ts'
import type { Output } from './io.ts'

export interface Watch {
  update(progress: ChaosProgress): void
  /** Leaves the terminal clean. */
  done(): void
}

/** Between two lines where the stream is no terminal, ms. */
const EVERY = 10_000

/** One line that is rewritten on a terminal; elsewhere a new line from time to time. */
export function createWatch(output: Output, now: () => number = () => performance.now()): Watch {
  const terminal = output.isTTY === true
  let last = Number.NEGATIVE_INFINITY
  let phase: ChaosProgress['phase'] | null = null
  let ended = false
  return {
    update(progress) {
      if (ended || (!terminal && progress.phase === phase && now() - last < EVERY)) return
      last = now()
      phase = progress.phase
      const text = watchText(progress)
      output.write(terminal ? `\r\u001b[2K${clip(text, (output.columns ?? 100) - 1)}` : `${text}\n`)
    },
    done() {
      if (terminal && phase !== null && !ended) output.write('\r\u001b[2K')
      ended = true
    },
  }
}

export function watchText({ phase, lasted, of, epochs, measured, faults, violations }: ChaosProgress): string {
  const { sent, acknowledged, failed, latency, thresholds } = measured
  const broken = thresholds.filter(({ isKept }) => !isKept).map(({ text }) => text)
  return [
    `${phase}: ${duration(lasted)}${of === null ? '' : ` of ${duration(of)}`}, epoch ${epochs}`,
    `${grouped(acknowledged)}/${grouped(sent)} acknowledged${failed === 0 ? '' : `, ${grouped(failed)} failed`}`,
    ...(latency.publish.count === 0 ? [] : [`p50 ${latency.publish.p50} ms, p99 ${latency.publish.p99} ms`]),
    faults.length === 0 ? 'no fault' : faults.join(', '),
    ...(violations === 0 ? [] : [`${grouped(violations)} violations`]),
    ...broken.map((text) => `not kept: ${text}`),
  ].join(' · ')
}
