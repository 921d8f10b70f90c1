/** Time-outs, retry, breaker, dead letters, group consumption and orderly close, shared by the shipped buses. */
export { backOff } from './back-off.ts'
export { boundTo } from './bound.ts'
export {
  type Breaker,
  type BreakerEvent,
  type BreakerState,
  type BreakerStep,
  type CountingBreaker,
  createBreaker,
  initialBreaker,
  stepBreaker,
} from './breaker.ts'
export { createResilientBus, type ResilientBusParts } from './bus.ts'
export { healthClaim, resilientClaims } from './claims.ts'
export { deadLetterFor, deadLetterTopic, type FailedHandling, isDeadLetterTopic } from './dead-letter.ts'
export { ALL_CODES, CODES, isBusError, messageOf, ResilienceError, sanitise, toBusError } from './errors.ts'
export { type AttemptResult, counts, FailedAttempt, type Guard, type MakeGuard } from './guard.ts'
export { type Admission, type HandlingOptions, handleRecord } from './handling.ts'
export { headerText } from './header.ts'
export { type Component, createHealth, type Health } from './health.ts'
export { invalid, refuseInvalid } from './invalid.ts'
export {
  type LogConsumer,
  type MemberLog,
  type OwnedPartition,
  once,
  type PartitionId,
  startLogConsumer,
} from './log-consumer.ts'
export { type Policies, standardPolicies } from './policies.ts'
export { createPublisher, type Publisher } from './publisher.ts'
export { emptyQueue, type QueueOutcome, type QueuePolicy, type QueueState, standardQueue } from './queue.ts'
export { type ReceivedRecord, readRecord } from './records.ts'
export { createRedrive, originalOf, type ReadLetters } from './redrive.ts'
export { type Relay, startRelay } from './relay.ts'
export type { Send } from './send.ts'
export { createSuppress, type Suppress } from './suppressed.ts'
export { firstToAbort, unlessAborted, wait } from './wait.ts'
export { createWriter, PUBLISHED, ROLLED_BACK, type StoreRow, unpublished, type Writer } from './writer.ts'
