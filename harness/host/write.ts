/** Has a bus store rows and publish their events. */

import type { WriteReceipt } from '../adapter.ts'
import { CHANGE_OF_MIND } from '../events/caller.ts'
import { contentOf } from '../history/digest.ts'
import { envelopeIn, isApart } from '../history/envelope.ts'
import { seeError } from '../history/seen-error.ts'
import { rowOf } from '../plan/rows.ts'
import { sleep } from '../waiting.ts'
import { attempt, type Calling } from './attempt.ts'
import type { CommandOf } from './host.ts'
import { messageFor, optionsOf } from './material.ts'

/** The application's part of a transaction, ms. */
const WORK_TAKES = 2

/** Returns at once; how it settles is an event. */
export function writeRow(
  { config, bus, emit, at, redact, check, checked }: Calling<WriteReceipt>,
  { op, producer, topic, rollsBack }: CommandOf<'write'>,
): void {
  const { node } = config
  const message = messageFor(config, op, topic)
  const { bytes: _, ...options } = optionsOf(config, op, message)
  const row = rowOf(config.plan, op)
  emit({
    type: 'write',
    at: at(),
    node,
    op,
    producer,
    topic,
    content: contentOf(message, isApart(config.claims)),
    hasKey: message.key !== null,
    ...options,
    ...envelopeIn(message.headers, config.claims, redact),
    row,
    rollsBack,
  })
  const work = async (): Promise<void> => {
    await sleep(WORK_TAKES)
    if (rollsBack) throw new Error(CHANGE_OF_MIND)
  }
  const failed = (error: unknown): void =>
    emit({ type: 'written', at: at(), node, op, status: 'failed', error: seeError(error, redact) })
  attempt(async () => await bus.write?.(row, message, { op, work })).then((given) => {
    const receipt = checked(() => check(given))
    if (receipt === null) return failed(new Error('it returned no receipt'))
    const { event } = receipt
    const error = receipt.event === 'failed' ? { error: seeError(receipt.error, redact) } : {}
    emit({ type: 'written', at: at(), node, op, status: 'stored', event, ...error })
  }, failed)
}
