/** What became of each message, for logs and audit trails. */
import type { Bus, BusError, Delivery, Message, Observation, Position, Site } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { boundTo, headerText, toBusError } from '../resilience/index.ts'

export interface AuditEvent {
  /** ISO 8601. */
  readonly at: string
  readonly event:
    | 'published'
    | 'queued'
    | 'publish-failed'
    | 'handled'
    | 'handler-failed'
    | 'dead-lettered'
    | 'skipped'
    | 'breaker-changed'
  readonly topic?: string
  readonly group?: string
  readonly partition?: number
  readonly offset?: Position['offset']
  readonly attempt?: number
  readonly messageId?: string
  readonly correlationId?: string
  readonly traceId?: string
  /** Of a breaker; or why a message was skipped. */
  readonly to?: string
  readonly error?: Pick<BusError, 'code' | 'message' | 'retryable'>
}

export interface AuditOptions {
  /** Never throws. */
  readonly audit: (event: AuditEvent) => void
  /** Which headers hold the ids. */
  readonly envelope: Pick<EnvelopeClaim, 'messageId' | 'correlationId'>
}

/** What takes structured logs, such as pino. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const LEVELS: Readonly<Record<AuditEvent['event'], keyof Logger>> = {
  published: 'info',
  queued: 'warn',
  'publish-failed': 'warn',
  handled: 'info',
  'handler-failed': 'warn',
  'dead-lettered': 'error',
  skipped: 'info',
  'breaker-changed': 'warn',
}

/** For {@link AuditOptions.audit}: a line for each event. */
export const logTo =
  (logger: Logger): AuditOptions['audit'] =>
  ({ event, ...fields }) =>
    logger[LEVELS[event]](fields, event)

/** Messages whose handling has begun and whose end is not known: those of a partition that another member got stay until then. */
const REMEMBERED = 1_000

/**
 * The bus that `make` makes, which tells what becomes of each message. Goes within an envelope, because what the envelope adds is told, and
 * what it refuses never reached the bus.
 */
export function withAudit(site: Site, make: (site: Site) => Bus, { audit, envelope }: AuditOptions): Bus {
  /** Of messages that are being handled, by group and position. */
  const ids = new Map<string, Partial<AuditEvent>>()
  /** Of publishes that have not settled, by op. */
  const open = new Map<string, Partial<AuditEvent>>()
  const tell = (event: AuditEvent['event'], about: Partial<AuditEvent>): void =>
    audit({ at: new Date().toISOString(), event, ...about })
  const bus = make({
    ...site,
    observe(observation) {
      site.observe(observation)
      observed(observation)
    },
  })
  const { publishBatch, ...rest } = boundTo(bus)

  function observed(observation: Observation): void {
    if (observation.type === 'breaker-changed') tell('breaker-changed', { to: observation.to })
    if (observation.type === 'settled')
      settled(observation.op, observation.status === 'failed' ? observation.error : null)
    if (observation.type !== 'dead-lettered' && observation.type !== 'skipped') return
    const { group, position } = observation
    const key = keyOf(group, position)
    const to = observation.type === 'skipped' ? { to: observation.why } : {}
    tell(observation.type, { group, ...placeOf(position), ...ids.get(key), ...to })
    ids.delete(key)
  }

  function remember(key: string, about: Partial<AuditEvent>): void {
    ids.set(key, about)
    const [oldest] = ids.keys()
    if (ids.size > REMEMBERED && oldest !== undefined) ids.delete(oldest)
  }

  async function handled(group: string, delivery: Delivery, handle: () => Promise<void>): Promise<void> {
    const { message, position, attempt } = delivery
    const own = idsOf(message, envelope)
    const place = position === undefined ? { topic: message.topic } : placeOf(position)
    const key = position === undefined ? null : keyOf(group, position)
    if (key !== null) remember(key, own)
    try {
      await handle()
    } catch (error) {
      tell('handler-failed', { group, ...place, attempt, ...own, error: errorOf(error) })
      throw error
    }
    if (key !== null) ids.delete(key)
    tell('handled', { group, ...place, attempt, ...own })
  }

  const begin = (op: string, message: Message): void =>
    void open.set(op, { topic: message.topic, ...idsOf(message, envelope) })
  const queued = (op: string): void => {
    const about = open.get(op)
    // It may have settled before its caller is told that it is queued.
    if (about !== undefined) tell('queued', about)
  }
  function settled(op: string, error: unknown): void {
    const about = open.get(op)
    open.delete(op)
    if (error === null) tell('published', { ...about })
    else tell('publish-failed', { ...about, error: errorOf(error) })
  }

  return {
    ...rest,
    async publish(message, options) {
      const { op } = options
      begin(op, message)
      try {
        const receipt = await rest.publish(message, options)
        if (receipt.status === 'queued') queued(op)
        else settled(op, null)
        return receipt
      } catch (error) {
        settled(op, error)
        throw error
      }
    },
    ...(publishBatch === undefined
      ? {}
      : {
          async publishBatch(batch) {
            for (const { op, message } of batch) begin(op, message)
            const outcomes = await publishBatch(batch)
            for (const [index, outcome] of outcomes.entries()) {
              const op = batch[index]?.op ?? ''
              if (outcome.status === 'queued') queued(op)
              else settled(op, outcome.status === 'failed' ? outcome.error : null)
            }
            return outcomes
          },
        }),
    subscribe: (subscription, handle) =>
      rest.subscribe(subscription, (delivery) => handled(subscription.group, delivery, () => handle(delivery))),
  }
}

const keyOf = (group: string, { topic, partition, offset }: Position): string =>
  `${group} ${topic} ${partition} ${offset}`

const placeOf = ({ topic, partition, offset }: Position): Partial<AuditEvent> => ({ topic, partition, offset })

function errorOf(thrown: unknown): NonNullable<AuditEvent['error']> {
  const { code, message, retryable } = toBusError(thrown)
  return { code, message, retryable }
}

function idsOf(message: Message, { messageId, correlationId }: AuditOptions['envelope']): Partial<AuditEvent> {
  const textOf = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : headerText(message, name)
  const traceId = textOf('traceparent')?.split('-')[1]
  const found = { messageId: textOf(messageId), correlationId: textOf(correlationId), traceId }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
