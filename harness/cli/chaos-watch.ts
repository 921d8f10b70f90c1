import type { ChaosProgress } from '../chaos/epochs.ts'
import { duration, grouped } from '../text.ts'
import type { Output } from './io.ts'
import { createLine } from './line.ts'

export interface Watch {
  update(progress: ChaosProgress): void
  /** Leaves the terminal clean. */
  done(): void
}

/** Between two lines where the stream is no terminal, ms. */
const EVERY = 10_000

/** One line that is rewritten on a terminal; elsewhere a new line from time to time. */
export function createWatch(output: Output, now: () => number = () => performance.now()): Watch {
  const line = createLine(output)
  let last = Number.NEGATIVE_INFINITY
  let phase: ChaosProgress['phase'] | null = null
  let ended = false
  return {
    update(progress) {
      if (ended || (!line.isTerminal && progress.phase === phase && now() - last < EVERY)) return
      last = now()
      phase = progress.phase
      line.show(watchText(progress))
    },
    done() {
      line.clear()
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
