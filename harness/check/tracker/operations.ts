import type { Row } from '../../adapter.ts'
import type { Content, SeenError } from '../../events/parts.ts'
import type { RunHeader } from '../../history/header.ts'
import { redrivenOp } from '../../history/op.ts'
import type { Event, EventOf, Position } from '../event.ts'
import { type Moment, mapIn, NONE } from './moment.ts'
import type { Redrives } from './redrives.ts'

export interface Attempt {
  readonly number: number
  readonly began: Moment
  ended: (Moment & { readonly outcome: 'ok' | 'failed' | 'cancelled'; readonly error: SeenError | null }) | null
}

export interface Settled extends Moment {
  readonly status: 'acknowledged' | 'queued' | 'failed'
  readonly error: SeenError | null
  readonly position: Position | null
}

/** The row that is stored together with its event. */
export interface Write {
  readonly row: Row
  /** The application's part of the transaction rejects. */
  readonly rollsBack: boolean
  /** Whether the caller was told that the row is stored; null while the write is pending. */
  isStored: boolean | null
}

/** One publish, from the call on, or one write with its event; its `op` names the message too. */
export interface Operation {
  readonly op: string
  readonly node: string
  readonly producer: string
  readonly topic: string
  readonly content: Content
  readonly hasKey: boolean
  /** Its message id; null where it has none, or none is claimed to count. */
  readonly id: string | null
  /** ms that its message lives once it is stored; null for ever. */
  readonly ttlMs: number | null
  readonly began: Moment
  aborted: Moment | null
  /** How the call of `publish` settled. */
  settled: Settled | null
  /** What was reported about it after it had been queued. */
  told: Settled | null
  readonly attempts: Attempt[]
  /** Null for a plain publish. For a write, `settled` is the outcome of its event. */
  readonly write: Write | null
}

/** An operation that writes a row. */
export type WriteOperation = Operation & { readonly write: Write }

export interface Operations {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  get(op: string | null): Operation | undefined
  /** Those that publish by themselves, in the order in which they did. */
  all(): Iterable<Operation>
  /** These, writes, and copies that were redriven, in order. */
  everything(): Iterable<Operation>
  /** Those that write a row. */
  writes(): Iterable<WriteOperation>
  /** Includes attempts for a publish that was never called. */
  attemptsOf(op: string): readonly Attempt[]
  /** Publish requests for it that reached the system, as a live witness counted them. */
  receivedOf(operation: Operation): number
  /** When the last of them did; null if none is known of. */
  lastReceivedOf(operation: Operation): number | null
}

/** How it ended: for a queued publish, what was reported later; null while that is unknown. */
export const outcomeOf = ({ settled, told }: Operation): Settled | null =>
  settled?.status === 'queued' ? told : settled

export const isQueued = ({ settled }: Operation): boolean => settled?.status === 'queued'

export const isAcknowledged = (operation: Operation): boolean => outcomeOf(operation)?.status === 'acknowledged'

/** It certainly did not happen. */
export function isRefused(operation: Operation): boolean {
  const outcome = outcomeOf(operation)
  return outcome?.status === 'failed' && outcome.error?.effect === 'none'
}

export function createOperations(witness: RunHeader['witness'], redrives: Pick<Redrives, 'of'>): Operations {
  const operations = new Map<string, Operation>()
  const publishes = new Map<string, Operation>()
  const writes: WriteOperation[] = []
  const attempts = new Map<string, Attempt[]>()
  /** By topic and op, since a dead letter keeps the op of its message. */
  const received = new Map<string, Map<string, { count: number; last: number }>>()
  const attemptsOf = (op: string): Attempt[] => {
    const found = attempts.get(op)
    if (found !== undefined) return found
    const made: Attempt[] = []
    attempts.set(op, made)
    return made
  }

  /**
   * A message that a redrive publishes is known once it is seen. It is acknowledged when the redrive has ended well; what a witness finds
   * only after the run may be all that is known of it, and then nobody waited for it.
   */
  const seeCopy = (op: string, content: Content, isSeen: boolean): void => {
    const original = operations.get(redrivenOp(op) ?? '')
    const redrive = redrives.of(original?.topic ?? '')
    if (original === undefined || redrive === undefined) return
    const copy = operations.get(op) ?? copyOf(original, redrive, { op, content })
    operations.set(op, copy)
    const { ended } = redrive
    if (isSeen && ended !== null && ended.told.error === undefined) acknowledge(copy, ended)
  }

  return {
    takes: [
      'redrive-ended',
      'stored',
      'deliver',
      'publish',
      'write',
      'written',
      'published',
      'settled',
      'abort',
      'attempt-began',
      'attempt-ended',
      'received',
    ],
    step(event, moment) {
      switch (event.type) {
        case 'redrive-ended': {
          if (event.error !== undefined) return
          for (const one of operations.values())
            if (one.topic === event.topic && redrivenOp(one.op) !== null) acknowledge(one, moment)
          return
        }
        case 'stored':
        case 'deliver':
          if (event.op !== null && redrivenOp(event.op) !== null)
            seeCopy(event.op, event.content, event.type === 'deliver' || witness === 'live')
          return
        case 'publish': {
          const operation = operationOf(event, moment, attemptsOf(event.op))
          publishes.set(event.op, operation)
          return void operations.set(event.op, operation)
        }
        case 'write': {
          const write = { row: event.row, rollsBack: event.rollsBack, isStored: null }
          const operation = { ...operationOf(event, moment, attemptsOf(event.op)), write }
          writes.push(operation)
          return void operations.set(event.op, operation)
        }
        case 'written': {
          const operation = operations.get(event.op)
          if (operation === undefined || operation.write === null) return
          operation.write.isStored = event.status === 'stored'
          operation.settled = settledOf({ ...event, status: event.event ?? 'failed' }, moment)
          return
        }
        case 'published': {
          const operation = operations.get(event.op)
          if (operation !== undefined) operation.settled ??= settledOf(event, moment)
          return
        }
        case 'settled': {
          const operation = operations.get(event.op)
          if (operation !== undefined) operation.told ??= settledOf(event, moment)
          return
        }
        case 'abort': {
          const operation = operations.get(event.op)
          if (operation !== undefined) operation.aborted ??= moment
          return
        }
        case 'attempt-began':
          return void attemptsOf(event.op).push({ number: event.attempt, began: moment, ended: null })
        case 'attempt-ended': {
          const attempt = attemptsOf(event.op).findLast(({ number }) => number === event.attempt)
          if (attempt !== undefined) attempt.ended = { ...moment, outcome: event.outcome, error: event.error ?? null }
          return
        }
        case 'received': {
          const own = mapIn(received, event.topic)
          const { count } = own.get(event.op) ?? { count: 0 }
          return void own.set(event.op, { count: count + 1, last: event.at })
        }
      }
    },
    get: (op) => (op === null ? undefined : operations.get(op)),
    all: () => publishes.values(),
    everything: () => operations.values(),
    writes: () => writes,
    attemptsOf: (op) => attempts.get(op) ?? NONE,
    receivedOf: ({ op, topic }) => received.get(topic)?.get(op)?.count ?? 0,
    lastReceivedOf: ({ op, topic }) => received.get(topic)?.get(op)?.last ?? null,
  }
}

function operationOf(event: EventOf<'publish'> | EventOf<'write'>, began: Moment, attempts: Attempt[]): Operation {
  const { op, node, producer, topic, content, hasKey, id = null, ttlMs = null } = event
  const settling = { aborted: null, settled: null, told: null, attempts, write: null }
  return { op, node, producer, topic, content, hasKey, id, ttlMs, began, ...settling }
}

/** Whether a redrive changes a message is judged by itself; what is stored is what must arrive. */
function copyOf(
  original: Operation,
  { node, began }: Pick<Operation, 'node' | 'began'>,
  seen: Pick<Operation, 'op' | 'content'>,
): Operation {
  const settling = { aborted: null, settled: null, told: null, attempts: [], write: null }
  return { ...original, ...settling, ...seen, node, producer: 'redrive', id: null, began }
}

function acknowledge(copy: Operation, moment: Moment): void {
  copy.settled ??= { at: moment.at, seq: moment.seq, status: 'acknowledged', error: null, position: null }
}

const settledOf = (event: Pick<EventOf<'published'>, 'status' | 'error' | 'position'>, moment: Moment): Settled => ({
  ...moment,
  status: event.status,
  error: event.error ?? null,
  position: event.position ?? null,
})
