/** A bus whose messages have an envelope. */
import type { Bus, BusError } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { boundTo, toBusError } from '../resilience/index.ts'
import { createEnvelope } from './envelope.ts'

/** The same bus, which gives each message its envelope before the first attempt, and each error of a publish the correlation id. Metrics count around it, as it refuses messages too. */
export function withEnvelope(bus: Bus, claim: EnvelopeClaim): Bus {
  const envelope = createEnvelope(claim)
  const { publishBatch, write, ...rest } = boundTo(bus)
  const publish: Bus['publish'] = async (given, options) => {
    const { message, correlationId } = envelope.seal(given, options.cause)
    try {
      return await rest.publish(message, options)
    } catch (error) {
      throw about(error, correlationId)
    }
  }
  return {
    ...rest,
    publish,
    ...(publishBatch === undefined
      ? {}
      : {
          async publishBatch(batch) {
            const sealed = batch.map(({ message, op }) => {
              try {
                return { op, ...envelope.seal(message), refused: null }
              } catch (error) {
                return { op, message, correlationId: undefined, refused: toBusError(error) }
              }
            })
            const outcomes = await publishBatch(sealed.filter(({ refused }) => refused === null))
            const rest = outcomes.values()
            return sealed.map(({ refused, correlationId }) => {
              const outcome = refused === null ? rest.next().value : { status: 'failed' as const, error: refused }
              if (outcome === undefined) throw new Error('the bus gave no outcome for a message of the batch')
              return outcome.status === 'failed' ? { ...outcome, error: about(outcome.error, correlationId) } : outcome
            })
          },
        }),
    ...(write === undefined
      ? {}
      : { write: async (row, message, options) => await write(row, envelope.seal(message).message, options) }),
  }
}

/** Another error, as callers may share one: that of a connection which several of them waited for. */
function about(thrown: unknown, correlationId: string | undefined): BusError {
  const { code, effect, retryable, message, cause, details } = toBusError(thrown)
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), {
    code,
    effect,
    retryable,
    ...(details === undefined ? {} : { details }),
    ...(correlationId === undefined ? {} : { correlationId }),
  })
}
