/** The figures of a chaos run as Prometheus scrapes them. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { hasLanded } from '../../events/system.ts'
import type { Span } from '../file/threshold.ts'
import type { Listener, Now } from './told.ts'

export interface Metrics extends Listener {
  readonly contentType: string
  /** What a scrape gets. */
  text(): Promise<string>
}

/** Seconds: where applications draw their limits. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const gauge = <T extends string = never>(name: string, help: string, ...labelNames: T[]): Gauge<T> =>
    new Gauge({ name: `busproof_${name}`, help, labelNames, registers })
  const counter = <T extends string = never>(name: string, help: string, ...labelNames: T[]): Counter<T> =>
    new Counter({ name: `busproof_${name}`, help, labelNames, registers })

  const info = gauge('run_info', 'What runs; always 1.', 'adapter', 'site', 'seed')
  const wanted = gauge('wanted_rate', 'Messages a second that are asked for.')
  const publishes = counter('publishes_total', 'Publishes, by what has become of them.', 'status')
  const handled = counter('handled_total', 'Messages that a group has handled, the first time.')
  const redelivered = counter('redelivered_total', 'Deliveries to a group that had not rejected the message.')
  const latency = new Histogram({
    name: 'busproof_latency_seconds',
    help: 'From when a message was to be sent to its acknowledgement, and to the end of its first good handling.',
    labelNames: ['of'],
    buckets: BUCKETS,
    registers,
  })
  const inFlight = gauge('publishes_in_flight', 'Publishes that have not settled.')
  const lag = gauge('lag', 'Deliveries that are due.')
  const unavailable = gauge('unavailable_seconds', 'The longest time so far without an acknowledgement.')
  const breakers = gauge('breakers', 'Nodes whose breaker is not closed, by its state.', 'state')
  const faults = gauge('faults_active', '1 while a fault of this kind is active, else 0.', 'fault')
  const injected = counter('faults_total', 'Faults that were injected.', 'fault')
  const landed = counter('faults_landed_total', 'Of these, those that affected something.', 'fault')
  const epochs = counter('epochs_judged_total', 'Epochs that were judged.')
  const violations = counter('violations_total', 'Violations that one epoch shows, by clause.', 'clause')
  const all = gauge('violations', 'All violations, also those that only many epochs together show.')
  const thresholds = gauge('threshold_kept', '1 while the threshold is kept, else 0.', 'threshold')
  const memory = gauge('harness_resident_bytes', 'Resident memory of the harness.')
  const ended = gauge('run_ended', 'How the run ended; absent while it goes on.', 'ended')

  const seen = new Set<string>()
  const measured = (now: Now): void => {
    const { sent, acknowledged, failed, ...figures } = now.measured
    // The run has counted them: a scrape never falls between.
    for (const one of [publishes, handled, redelivered]) one.reset()
    publishes.inc({ status: 'sent' }, sent)
    publishes.inc({ status: 'acknowledged' }, acknowledged)
    publishes.inc({ status: 'failed' }, failed)
    handled.inc(figures.handled)
    redelivered.inc(figures.redelivered)
    inFlight.set(now.inFlight)
    lag.set(now.lag)
    unavailable.set(figures.unavailable.longest / 1_000)
    for (const state of ['open', 'half-open', 'isolated']) breakers.set({ state }, now.breakers[state] ?? 0)
    for (const fault of seen) faults.set({ fault }, now.faults.includes(fault) ? 1 : 0)
    for (const { text, isKept } of figures.thresholds) thresholds.set({ threshold: text }, isKept ? 1 : 0)
    all.set(now.violations)
    memory.set(process.memoryUsage.rss())
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    latency: (of: Span, ms) => latency.observe({ of }, ms / 1_000),
    told(one) {
      switch (one.event) {
        case 'began':
          info.set({ adapter: one.adapter, site: one.site, seed: String(one.seed) }, 1)
          return wanted.set(one.rate)
        case 'fault':
          seen.add(one.name)
          faults.set({ fault: one.name }, 1)
          return injected.inc({ fault: one.name })
        case 'healed':
          if (hasLanded(one.landed)) landed.inc({ fault: one.name })
          return
        case 'killed':
          return injected.inc({ fault: 'kill' })
        case 'judged':
          epochs.inc()
          for (const [clause, count] of Object.entries(one.violations)) violations.inc({ clause }, count)
          return
        case 'measured':
          return measured(one)
        case 'ended':
          return ended.set({ ended: one.ended }, 1)
      }
    },
  }
}
