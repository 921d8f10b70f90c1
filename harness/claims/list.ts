/** Every optional claim, and what it adds. Written by `npm run claims-list`, which keeps the order and appends new claims. */
import { type BatchBus, type BatchLists, type BatchPart, batch } from './batch.ts'
import { type BreakerBus, type BreakerLists, type BreakerPart, breaker } from './breaker.ts'
import { type CachePart, cache } from './cache.ts'
import { type ConfigurationLists, type ConfigurationPart, configuration } from './configuration.ts'
import { type ConnectionsPart, connections } from './connections.ts'
import { type DeadLetterLists, type DeadLetterPart, deadLetter } from './dead-letter.ts'
import { type DeduplicationMessage, type DeduplicationPart, deduplication } from './deduplication.ts'
import { type DegradationPart, degradation } from './degradation.ts'
import { type DiskLossPart, survivesDiskLoss } from './disk-loss.ts'
import { type DispatchLists, type DispatchMessage, type DispatchPart, dispatch } from './dispatch.ts'
import { type EnvelopeMessage, type EnvelopePart, envelope } from './envelope.ts'
import { type HandlingPart, handling } from './handling.ts'
import { type HealthBus, type HealthLists, type HealthPart, health } from './health.ts'
import { type MemoryPart, memory } from './memory.ts'
import { type MetricsBus, type MetricsLists, type MetricsPart, metrics } from './metrics.ts'
import { type PoolPart, pool } from './pool.ts'
import { type RedriveBus, type RedriveLists, type RedriveMessage, type RedrivePart, redrive } from './redrive.ts'
import { type RetryPart, retry } from './retry.ts'
import { type StatsBus, type StatsPart, stats } from './stats.ts'
import { type SubscriberBreakerMessage, type SubscriberBreakerPart, subscriberBreaker } from './subscriber-breaker.ts'
import { type TimeToLiveMessage, type TimeToLivePart, timeToLive } from './time-to-live.ts'
import { type WriteBus, type WriteMessage, type WritePart, write } from './write.ts'

/** The optional claims of an adapter. */
export interface OptionalClaims<F>
  extends RetryPart<F>,
    HandlingPart<F>,
    BreakerPart<F>,
    DegradationPart<F>,
    DeadLetterPart,
    DeduplicationPart<F>,
    TimeToLivePart,
    RedrivePart,
    ConnectionsPart<F>,
    MemoryPart<F>,
    PoolPart<F>,
    StatsPart,
    WritePart,
    DiskLossPart,
    BatchPart,
    CachePart<F>,
    HealthPart<F>,
    MetricsPart,
    ConfigurationPart,
    EnvelopePart,
    SubscriberBreakerPart<F>,
    DispatchPart {}

/** What a bus owes because of claims. */
export interface OwedMethods extends BreakerBus, RedriveBus, StatsBus, WriteBus, BatchBus, HealthBus, MetricsBus {}

/** Fields of messages of plans that depend on claims. */
export interface MessageOptions
  extends DeduplicationMessage,
    TimeToLiveMessage,
    RedriveMessage,
    WriteMessage,
    EnvelopeMessage,
    SubscriberBreakerMessage,
    DispatchMessage {}

/** Lists of plans that depend on claims. */
export interface PlanLists
  extends BreakerLists,
    DeadLetterLists,
    RedriveLists,
    BatchLists,
    HealthLists,
    MetricsLists,
    ConfigurationLists,
    DispatchLists {}

export const OPTIONAL = {
  retry,
  handling,
  breaker,
  degradation,
  deadLetter,
  deduplication,
  timeToLive,
  redrive,
  connections,
  memory,
  pool,
  stats,
  write,
  survivesDiskLoss,
  batch,
  cache,
  health,
  metrics,
  configuration,
  envelope,
  subscriberBreaker,
  dispatch,
}
