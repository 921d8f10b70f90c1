/**
 * The bus of ONEX over the embedded broker: its settings, envelope, dispatch, health and metrics, and a queue while the breaker is open. It has one breaker: the
 * settings of Kafka decide when it opens, and those of the environment's table how it closes and what it holds meanwhile.
 */
import type { Bus, BusAdapter, SettingSources, Site } from '../../harness/adapter.ts'
import { settable } from '../../harness/claims.ts'
import { type DispatchClaim, withDispatch } from '../dispatch/index.ts'
import { withEnvelope } from '../envelope/index.ts'
import degraded from '../memory/degraded.ts'
import { memoryParts } from '../memory/index.ts'
import { metricsClaim, withMetrics } from '../observability/index.ts'
import { onexDispatch, onexTopicNames } from '../onex/dispatch.ts'
import { onexEnvelope } from '../onex/envelope.ts'
import { ONEX_METRICS } from '../onex/metrics.ts'
import { onexConfiguration } from '../onex/settings.ts'
import { createResilientBus, resilientClaims } from '../resilience/index.ts'

const SECOND = 1_000
const NO_SOURCES: SettingSources = { file: null, environment: {}, arguments: {} }

/** The same site, whose figures are those of its settings. */
export function configured(site: Site, settings = site.settings ?? NO_SOURCES): Site {
  const { values } = onexConfiguration.resolve(settings)
  const { publish, retry, breaker, degradation } = site.claims
  if (retry === undefined || breaker === undefined || degradation === undefined)
    throw new Error('the claims of this bus are not those of its adapter')
  return {
    ...site,
    claims: {
      ...site.claims,
      publish: { ...publish, timeout: values.KAFKA_TIMEOUT_SECONDS * SECOND },
      retry: {
        ...retry,
        base: values.KAFKA_RETRY_BACKOFF_BASE * SECOND,
        retries: values.KAFKA_MAX_RETRY_ATTEMPTS,
      },
      breaker: {
        ...breaker,
        trip: { when: 'consecutive-failures', failures: values.KAFKA_CIRCUIT_BREAKER_THRESHOLD },
        reset: values.KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT * SECOND,
        halfOpen: { ...breaker.halfOpen, closeAfter: values.CIRCUIT_BREAKER_SUCCESS_THRESHOLD },
      },
      degradation: { ...degradation, capacity: values.CIRCUIT_BREAKER_MAX_QUEUE_SIZE },
    },
  }
}

/** The values of its settings. */
const settingsOf = ({ settings = NO_SOURCES }: Site) => onexConfiguration.resolve(settings).values

/** A few of the types of its messages, by which the claim is tried. */
const EVENT_TYPES = {
  'node.registered': ['NODE_REGISTERED'],
  'node.retired': ['NODE_RETIRED'],
  'tool.invoked': ['TOOL_INVOKED', 'ToolInvoked'],
}

const DOMAINS = { node: ['node.registered', 'node.retired'], tool: ['tool.invoked'] }

export const claims = {
  ...degraded.claims,
  publish: { timeout: settable(30_000, 1_000, 300_000), deadline: settable(240_000, 2_000, 600_000) },
  retry: { ...resilientClaims.retry, base: settable(1_000, 100, 60_000) },
  breaker: {
    ...resilientClaims.breaker,
    reset: settable(30_000, 1_000, 3_600_000),
    manual: true,
  },
  degradation: { capacity: settable(1_000, 10, 10_000), code: 'QUEUE_FULL' },
  envelope: onexEnvelope(EVENT_TYPES),
  dispatch: onexDispatch(DOMAINS),
  configuration: onexConfiguration.claim({
    KAFKA_TIMEOUT_SECONDS: { path: 'publish.timeout', times: SECOND },
    KAFKA_MAX_RETRY_ATTEMPTS: { path: 'retry.retries', times: 1 },
    KAFKA_RETRY_BACKOFF_BASE: { path: 'retry.base', times: SECOND },
    KAFKA_CIRCUIT_BREAKER_THRESHOLD: { path: 'breaker.trip.failures', times: 1 },
    KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT: { path: 'breaker.reset', times: SECOND },
    CIRCUIT_BREAKER_SUCCESS_THRESHOLD: { path: 'breaker.halfOpen.closeAfter', times: 1 },
    CIRCUIT_BREAKER_MAX_QUEUE_SIZE: { path: 'degradation.capacity', times: 1 },
  }),
} as const satisfies BusAdapter['claims']

/** What decides which handler gets which messages. */
type Dispatcher = (bus: Bus, claim: DispatchClaim) => Bus

/** What ONEX has around the bus that `open` makes: an envelope, a dispatcher and metrics. */
export const onexAround = (site: Site, open: (inner: Site) => Bus, dispatcher: Dispatcher = withDispatch): Bus => {
  const settings = settingsOf(site)
  const envelope = { settings, sampleRate: settings.OTEL_TRACE_SAMPLE_RATE }
  return withMetrics(
    site,
    (inner) => dispatcher(withEnvelope(open(inner), claims.envelope, envelope), claims.dispatch),
    ONEX_METRICS,
  )
}

/** The bus with the figures that the site's claims have, whatever its settings say. */
export const openAsClaimed = (site: Site): Bus =>
  onexAround(site, (inner) => createResilientBus(inner, memoryParts(inner)))

const onexMemory: BusAdapter = {
  ...degraded,
  name: 'onex-memory',
  claims: { ...claims, metrics: metricsClaim(claims, ONEX_METRICS) },
  configure: onexConfiguration.read,
  parseTopic: onexTopicNames.parse,
  printTopic: onexTopicNames.print,
  open: async (site) => openAsClaimed(configured(site)),
}

export default onexMemory
