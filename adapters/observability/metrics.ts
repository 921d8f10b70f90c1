/** Metrics of a bus, counted from outside: what callers get, what handlers do, and what the bus observes. */
import { Counter, Gauge, Registry } from 'prom-client'
import type { BreakerState, Bus, Observation, Receipt, Site } from '../../harness/adapter.ts'
import type { Claims } from '../../harness/claims.ts'
import { boundTo } from '../resilience/index.ts'

export interface MetricNames {
  /** Counter with the label `outcome`: `acknowledged` or `failed`. */
  readonly publishes: string
  readonly handled: string
  readonly deadLetters: string
  readonly queued: string
  /** Gauge with the label `state`. */
  readonly breaker: string
}

export const BUS_METRICS: MetricNames = {
  publishes: 'bus_publishes_total',
  handled: 'bus_messages_handled_total',
  deadLetters: 'bus_dead_letters_total',
  queued: 'bus_publishes_queued',
  breaker: 'bus_circuit_breaker_state',
}

const STATES: readonly BreakerState[] = ['closed', 'open', 'half-open', 'isolated', 'shut-down']

/** What a bus can have metrics of. */
type Parts = Partial<Readonly<Record<'breaker' | 'degradation' | 'deadLetter', unknown>>>

/** What a bus with these metrics claims, beside `claims`. */
export const metricsClaim = (
  { breaker, degradation, deadLetter }: Parts,
  names: MetricNames = BUS_METRICS,
): NonNullable<Claims['metrics']> => ({
  acknowledged: `${names.publishes}{outcome="acknowledged"}`,
  failed: `${names.publishes}{outcome="failed"}`,
  handled: names.handled,
  ...(deadLetter === undefined ? {} : { deadLettered: names.deadLetters }),
  ...(degradation === undefined ? {} : { queued: names.queued }),
  ...(breaker === undefined ? {} : { breaker: names.breaker }),
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
  const { publishBatch, ...rest } = boundTo(bus)
  return {
    ...rest,
    metrics: meter.text,
    async publish(message, options) {
      try {
        return meter.settled(await rest.publish(message, options), options.op)
      } catch (error) {
        meter.failed()
        throw error
      }
    },
    ...(publishBatch === undefined
      ? {}
      : {
          async publishBatch(batch) {
            const outcomes = await publishBatch(batch)
            for (const [index, outcome] of outcomes.entries()) {
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

function createMeter(names: MetricNames, { breaker: breakerClaim, degradation, deadLetter }: Parts) {
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
      if (receipt.status === 'acknowledged') publishes.inc({ outcome: 'acknowledged' })
      else if (!early.delete(op)) waiting.add(op)
      return receipt
    },
    failed: () => publishes.inc({ outcome: 'failed' }),
    handled: () => handled.inc(),
    observe(observation: Observation) {
      if (observation.type === 'settled') {
        if (!waiting.delete(observation.op)) early.add(observation.op)
        publishes.inc({ outcome: observation.status })
      } else if (observation.type === 'dead-lettered') deadLetters?.inc()
      else if (observation.type === 'breaker-changed') {
        breaker?.set({ state: observation.from }, 0)
        breaker?.set({ state: observation.to }, 1)
      }
    },
  }
}
