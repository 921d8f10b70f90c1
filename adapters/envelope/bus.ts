/** A bus whose messages have an envelope. */
import type { Bus, BusError, Message } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { boundTo, isBusError, toBusError } from '../resilience/index.ts'
import { createEnvelope, type EnvelopeOptions, type Sealed } from './envelope.ts'

/** The same bus, which gives each message its envelope before the first attempt, and each error of a publish the correlation id. Metrics count around it, as it refuses messages too. */
export function withEnvelope(bus: Bus, claim: EnvelopeClaim, options: EnvelopeOptions = {}): Bus {
  const envelope = createEnvelope(claim, options)
  const { publishBatch, write, ...rest } = boundTo(bus)
  const seal = (message: Message, cause?: Message): Sealed => {
    try {
      return envelope.seal(message, cause)
    } catch (error) {
      throw about(error, envelope.correlationOf(message))
    }
  }
  const publish: Bus['publish'] = async (given, options) => {
    const { message, correlationId } = seal(given, options.cause)
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
                return { op, ...seal(message), refused: null }
              } catch (error) {
                return { op, message, correlationId: undefined, refused: toBusError(error) }
              }
            })
            const taken = sealed.filter(({ refused }) => refused === null)
            const rest = (taken.length === 0 ? [] : await publishBatch(taken)).values()
            return sealed.map(({ refused, correlationId }) => {
              const outcome = refused === null ? rest.next().value : { status: 'failed' as const, error: refused }
              if (outcome === undefined) throw new Error('the bus gave no outcome for a message of the batch')
              return outcome.status === 'failed' ? { ...outcome, error: about(outcome.error, correlationId) } : outcome
            })
          },
        }),
    ...(write === undefined
      ? {}
      : {
          async write(row, given, options) {
            const { message, correlationId } = seal(given)
            try {
              const receipt = await write(row, message, options)
              return receipt.event === 'failed' ? { ...receipt, error: about(receipt.error, correlationId) } : receipt
            } catch (error) {
              // What the application's part threw is its own.
              throw isBusError(error) ? about(error, correlationId) : error
            }
          },
        }),
  }
}

/** A copy, as callers may share an error: that of a connection which several of them waited for. */
function about(thrown: unknown, correlationId: string | undefined): BusError {
  const error = toBusError(thrown)
  if (correlationId === undefined) return error
  const copy: BusError = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error))
  return Object.defineProperty(copy, 'correlationId', {
    value: correlationId,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
