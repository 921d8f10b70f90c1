/** What Kafka's error codes mean to the witness. */

const NAMES: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  1: 'OFFSET_OUT_OF_RANGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION',
  25: 'UNKNOWN_MEMBER_ID',
  26: 'INVALID_SESSION_TIMEOUT',
  35: 'UNSUPPORTED_VERSION',
  36: 'TOPIC_ALREADY_EXISTS',
  37: 'INVALID_PARTITIONS',
  38: 'INVALID_REPLICATION_FACTOR',
  41: 'NOT_CONTROLLER',
  56: 'KAFKA_STORAGE_ERROR',
  68: 'NON_EMPTY_GROUP',
  69: 'GROUP_ID_NOT_FOUND',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  79: 'MEMBER_ID_REQUIRED',
}

/** Those that pass by themselves while leaders and coordinators move. A coordinator that cannot load its state answers with -1. */
const PASSING: ReadonlySet<number> = new Set([-1, 3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 38, 41, 56, 74, 75, 78])

export const TOPIC_UNKNOWN = 3
export const LEADER_UNAVAILABLE = 5
export const REPLICA_UNAVAILABLE = 9
export const COORDINATOR_UNAVAILABLE = 15
export const MEMBER_UNKNOWN = 25
export const SESSION_INVALID = 26
export const TOPIC_EXISTS = 36
export const GROUP_NOT_EMPTY = 68
export const GROUP_UNKNOWN = 69
export const OFFSET_UNAVAILABLE = 78
export const MEMBER_ID_REQUIRED = 79

/** An error code of the broker's. */
class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Throws {@link KafkaError} unless `code` is 0 or one of `accepted`. */
export function check(code: number, what: string, accepted: readonly number[] = []): void {
  if (code === 0 || accepted.includes(code)) return
  throw new KafkaError(code, `${what}: ${NAMES[code] ?? `error ${code}`}`)
}

/** The broker could not be reached, or did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Whether asking again, or another broker, may help. */
export const isPassing = (error: unknown): error is Error =>
  error instanceof NoAnswer || (error instanceof KafkaError && PASSING.has(error.code))
