/** Metrics of a bus, counted from outside: what callers get, what handlers do, and what the bus observes. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { BreakerState, Bus, BusHealth, HealthStatus, Observation, Receipt, Site } from '../../harness/adapter.ts'
import type { Claims } from '../../harness/claims.ts'
import { boundTo } from '../resilience/index.ts'

/** In a millisecond. */
const UNITS = { seconds: 0.001, milliseconds: 1 } as const

export interface MetricNames {
  /** Counter with the label `outcome`: `acknowledged` or `failed`. */
  readonly publishes: string
  readonly handled: string
  readonly deadLetters: string
  readonly queued: string
  /** Gauge with the label `state`. */
  readonly breaker: string
  /** Gauge of the last health check: 1 healthy, 0.5 degraded, 0 unhealthy or not asked yet. */
  readonly health: string
  /** Histogram of how long publishes took to settle for their callers. */
  readonly responseTime: { readonly name: string; readonly unit: keyof typeof UNITS }
  /** Gauge of the share of publishes that failed since the bus was opened, %. Rules should rather use the rates of `publishes`. */
  readonly errorRate?: string
}

export const BUS_METRICS: MetricNames = {
  publishes: 'bus_publishes_total',
  handled: 'bus_messages_handled_total',
  deadLetters: 'bus_dead_letters_total',
  queued: 'bus_publishes_queued',
  breaker: 'bus_circuit_breaker_state',
  health: 'bus_health',
  responseTime: { name: 'bus_publish_duration_seconds', unit: 'seconds' },
}

const STATES: readonly BreakerState[] = ['closed', 'open', 'half-open', 'isolated', 'shut-down']

const HEALTH: Readonly<Record<HealthStatus, number>> = { healthy: 1, degraded: 0.5, unhealthy: 0 }

/** From a local broker's answer to a deadline that passes, ms. */
const BUCKETS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]

/** What a bus can have metrics of. */
type Parts = Partial<Readonly<Record<'breaker' | 'degradation' | 'deadLetter' | 'health', unknown>>>

/** What a bus with these metrics claims, beside `claims`. */
export const metricsClaim = (
  { breaker, degradation, deadLetter, health }: Parts,
  names: MetricNames = BUS_METRICS,
): NonNullable<Claims['metrics']> => ({
  acknowledged: `${names.publishes}{outcome="acknowledged"}`,
  failed: `${names.publishes}{outcome="failed"}`,
  handled: names.handled,
  ...(deadLetter === undefined ? {} : { deadLettered: names.deadLetters }),
  ...(degradation === undefined ? {} : { queued: names.queued }),
  ...(breaker === undefined ? {} : { breaker: names.breaker }),
  ...(health === undefined ? {} : { health: names.health }),
})

/** The bus that `open` makes, and its metrics: of what the site's claims say that it has. */
export function withMetrics(site: Site, open: (site: Site) => Bus, names: MetricNames = BUS_METRICS): Bus {
  const meter = createMeter(names, site.claims)
  const bus = open({
    ...site,
    observe(observation) {
      site.observe(observation)
      meter.observe(observation)
    },
  })
  const { publishBatch, health, ...rest } = boundTo(bus)
  return {
    ...rest,
    metrics: meter.text,
    ...(health === undefined ? {} : { health: async () => meter.checked(await health()) }),
    async publish(message, options) {
      const took = meter.timed()
      try {
        return meter.settled(await rest.publish(message, options), options.op)
      } catch (error) {
        meter.failed()
        throw error
      } finally {
        took()
      }
    },
    ...(publishBatch === undefined
      ? {}
      : {
          async publishBatch(batch) {
            const took = meter.timed()
            const outcomes = await publishBatch(batch)
            for (const [index, outcome] of outcomes.entries()) {
              took()
              if (outcome.status === 'failed') meter.failed()
              else meter.settled(outcome, batch[index]?.op ?? '')
            }
            return outcomes
          },
        }),
    subscribe: (subscription, handle) =>
      rest.subscribe(subscription, async (delivery) => {
        await handle(delivery)
        meter.handled()
      }),
  }
}

function createMeter(
  names: MetricNames,
  { breaker: breakerClaim, degradation, deadLetter, health: healthClaim }: Parts,
) {
  const registry = new Registry()
  const registers = [registry]
  const publishes = new Counter({
    name: names.publishes,
    help: 'Publishes by their outcome',
    labelNames: ['outcome'],
    registers,
  })
  const handled = new Counter({ name: names.handled, help: 'Calls of handlers that resolved', registers })
  const deadLetters =
    deadLetter === undefined
      ? null
      : new Counter({ name: names.deadLetters, help: 'Dead letters that were stored', registers })
  const breaker =
    breakerClaim === undefined
      ? null
      : new Gauge({
          name: names.breaker,
          help: 'The present state of the circuit breaker is 1',
          labelNames: ['state'],
          registers,
        })
  const health =
    healthClaim === undefined
      ? null
      : new Gauge({
          name: names.health,
          help: 'The last health check: 1 healthy, 0.5 degraded, 0 unhealthy or not asked yet',
          registers,
        })
  const { name, unit } = names.responseTime
  const inUnit = (ms: number): number => ms * UNITS[unit]
  const responseTime = new Histogram({
    name,
    help: `How long publishes took to settle for their callers, in ${unit}`,
    buckets: BUCKETS.map(inUnit),
    registers,
  })
  const settled = { acknowledged: 0, failed: 0 }
  const count = (outcome: keyof typeof settled): void => {
    settled[outcome] += 1
    publishes.inc({ outcome })
  }
  if (names.errorRate !== undefined)
    new Gauge({
      name: names.errorRate,
      help: 'The share of publishes that failed since the bus was opened, in percent',
      registers,
      collect() {
        this.set((100 * settled.failed) / Math.max(1, settled.acknowledged + settled.failed))
      },
    })
  for (const outcome of ['acknowledged', 'failed']) publishes.inc({ outcome }, 0)
  for (const state of STATES) breaker?.set({ state }, state === 'closed' ? 1 : 0)
  const waiting = new Set<string>()
  /** What settled before its caller was told that it is queued. */
  const early = new Set<string>()
  if (degradation !== undefined)
    new Gauge({
      name: names.queued,
      help: 'Publishes that wait in the queue',
      registers,
      collect() {
        this.set(waiting.size)
      },
    })

  return {
    text: () => registry.metrics(),
    settled(receipt: Receipt, op: string): Receipt {
      if (receipt.status === 'acknowledged') count('acknowledged')
      else if (!early.delete(op)) waiting.add(op)
      return receipt
    },
    failed: () => count('failed'),
    /** A publish begins; the function ends it. */
    timed(): () => void {
      const began = performance.now()
      return () => responseTime.observe(inUnit(performance.now() - began))
    },
    checked(answer: BusHealth): BusHealth {
      health?.set(HEALTH[answer.status])
      return answer
    },
    handled: () => handled.inc(),
    observe(observation: Observation) {
      if (observation.type === 'settled') {
        if (!waiting.delete(observation.op)) early.add(observation.op)
        count(observation.status)
      } else if (observation.type === 'dead-lettered') deadLetters?.inc()
      else if (observation.type === 'breaker-changed') {
        breaker?.set({ state: observation.from }, 0)
        breaker?.set({ state: observation.to }, 1)
      }
    },
  }
}
