import type { Listener, Now } from '../chaos/told/told.ts'
import { duration, grouped, plural } from '../text.ts'
import type { Output } from './io.ts'
import { createLine } from './line.ts'

export interface Watch extends Listener {
  /** Leaves the terminal clean. */
  done(): void
}

/** Between two lines where the stream is no terminal, ms. */
const EVERY = 10_000

/** One line that is rewritten on a terminal; elsewhere a new line from time to time. */
export function createWatch(output: Output, now: () => number = () => performance.now()): Watch {
  const line = createLine(output)
  let last = Number.NEGATIVE_INFINITY
  let phase: Now['phase'] | null = null
  let ended = false
  return {
    told(one) {
      if (ended || one.event !== 'measured') return
      if (!line.isTerminal && one.phase === phase && now() - last < EVERY) return
      last = now()
      phase = one.phase
      line.show(watchText(one))
    },
    done() {
      line.clear()
      ended = true
    },
  }
}

export function watchText({ phase, lasted, of, epochs, measured, faults, violations, ...now }: Now): string {
  const { sent, acknowledged, failed, latency, thresholds } = measured
  const broken = thresholds.filter(({ isKept }) => !isKept).map(({ text }) => text)
  const breakers = Object.entries(now.breakers).map(([state, count]) => `${plural(count, 'breaker')} ${state}`)
  return [
    `${phase}: ${duration(lasted)}${of === null ? '' : ` of ${duration(of)}`}, epoch ${epochs}`,
    `${grouped(acknowledged)}/${grouped(sent)} acknowledged${failed === 0 ? '' : `, ${grouped(failed)} failed`}`,
    ...(now.rate === 0 ? [] : [`${grouped(Math.round(now.rate))}/s`]),
    ...(now.inFlight === 0 ? [] : [`${grouped(now.inFlight)} in flight`]),
    ...(now.lag === 0 ? [] : [`lag ${grouped(now.lag)}`]),
    ...(latency.publish.count === 0 ? [] : [`p50 ${latency.publish.p50} ms, p99 ${latency.publish.p99} ms`]),
    faults.length === 0 ? 'no fault' : faults.join(', '),
    ...breakers,
    ...(violations === 0 ? [] : [`${grouped(violations)} violations`]),
    ...broken.map((text) => `not kept: ${text}`),
  ].join(' · ')
}
