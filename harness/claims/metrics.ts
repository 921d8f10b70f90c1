import { z } from 'zod'
import { type Asked, type ClaimDescriptor, method } from './descriptor.ts'
import { labelsIn, parseExposition, type Sample } from './exposition.ts'
import { type PlannedPolling, polling } from './polling.ts'

/** What a metric of a bus may stand for. */
export const MEANINGS = ['acknowledged', 'failed', 'handled', 'deadLettered', 'queued', 'breaker', 'health'] as const
/** Those that fall as well as rise. */
export const GAUGES: ReadonlySet<Meaning> = new Set(['queued', 'breaker', 'health'])
export type Meaning = (typeof MEANINGS)[number]

export interface MetricsPart {
  /**
   * `Bus.metrics` exposes these, each named as Prometheus selects it: `publishes_total{outcome="failed"}`. Where several series match,
   * their sum counts. Each is of this bus alone, since it was opened.
   */
  readonly metrics?: {
    /** Counter of the publishes of callers that were acknowledged, also after they were queued. */
    readonly acknowledged?: string
    /** Counter of those that failed, for whatever reason. */
    readonly failed?: string
    /** Counter of the calls of handlers that resolved. */
    readonly handled?: string
    /** Counter of the dead letters that the bus has stored. */
    readonly deadLettered?: string
    /** Gauge of the publishes that wait in the queue of a degraded bus. */
    readonly queued?: string
    /**
     * Gauge with the label `state` (`closed`, `open`, `half-open`, `isolated`, `shut-down`; case and hyphens do not matter, and the last two may be
     * called `open`): 1 for the present state of the breaker, 0 for each other one.
     */
    readonly breaker?: string
    /** Gauge of what `Bus.health` answered last: 1 for healthy, 0.5 for degraded, 0 for unhealthy. Any number before that. */
    readonly health?: string
  }
}

export interface MetricsBus {
  /** Required by the claim `metrics`: the metrics in the text format of Prometheus. It uses no network. */
  metrics?(): Promise<string>
}

export interface MetricsLists {
  /** Only if `metrics` is claimed. */
  readonly scrapes?: readonly PlannedPolling[]
}

const SELECTOR = /^[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="[^"\\]*"(?:,(?=.)|(?=\})))+\})?$/
const selector = z
  .string()
  .regex(SELECTOR, 'must be a metric, with labels or without: publishes_total{outcome="failed"}')

/** The name of the metric that a selector selects from, and the labels that it wants. */
export function selected(text: string): { readonly name: string; readonly labels: Readonly<Record<string, string>> } {
  const brace = text.indexOf('{')
  if (brace === -1) return { name: text, labels: {} }
  return { name: text.slice(0, brace), labels: labelsIn(text.slice(brace + 1, -1)) ?? {} }
}

/** JSON has no NaN and no infinity. */
const inJson = ({ value, ...rest }: Sample) => ({ ...rest, value: Number.isFinite(value) ? value : null })

/** The name is unique in the run. Records what was exposed of the claimed metrics. */
export async function scrapeMetrics({ bus, claims, tell, see, redacted, check }: Asked, name: string): Promise<void> {
  tell({ type: 'scrape', scrape: name })
  try {
    const text = check(z.string(), await bus.metrics?.(), 'metrics() did not return text')
    if (text === null) return
    const { samples, wrong } = parseExposition(text)
    const names = new Set(Object.values(claims.metrics ?? {}).map((one) => selected(one).name))
    const leaked = text
      .split('\n')
      .map(redacted)
      .filter((line) => line.includes('[secret:'))
    tell({
      type: 'scraped',
      scrape: name,
      samples: redacted(samples.filter((one) => names.has(one.name)).map(inJson)),
      ...(wrong === null ? {} : { wrong: redacted(wrong) }),
      ...(leaked.length === 0 ? {} : { leaked }),
    })
  } catch (error) {
    tell({ type: 'scraped', scrape: name, samples: [], error: see(error) })
  }
}

export const metrics = {
  shape: () =>
    z.strictObject({
      acknowledged: selector.exactOptional(),
      failed: selector.exactOptional(),
      handled: selector.exactOptional(),
      deadLettered: selector.exactOptional(),
      queued: selector.exactOptional(),
      breaker: selector.exactOptional(),
      health: selector.exactOptional(),
    }),
  contradiction(claim, { breaker, degradation, deadLetter, health }) {
    if (Object.keys(claim).length === 0) return 'metrics is claimed without any metric.'
    if (claim.breaker !== undefined && breaker === undefined) return 'metrics.breaker is claimed without breaker.'
    if (claim.health !== undefined && health === undefined) return 'metrics.health is claimed without health.'
    if (claim.queued !== undefined && degradation === undefined) return 'metrics.queued is claimed without degradation.'
    if (claim.deadLettered !== undefined && deadLetter === undefined)
      return 'metrics.deadLettered is claimed without deadLetter.'
    return null
  },
  conditions: {
    metrics: {
      owes: { metrics: method },
      lists: { scrapes: polling({ seed: 'scrapes', lacks: 'no metrics claimed', ask: scrapeMetrics }) },
    },
  },
  docs: '[`metrics()`](adapter.md#metrics) exposes these in the text format of Prometheus, and what each tells is what happened',
} satisfies ClaimDescriptor<'metrics'>
