import type { Bus } from '../adapter.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { attempt } from './attempt.ts'
import type { CommandOf, Emit, NodeConfig } from './host.ts'

export interface RedriveRequest {
  readonly config: NodeConfig
  readonly bus: Bus
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
  /** Throws for what is no number of messages. */
  readonly check: (given: unknown) => number
  /** Null if that threw; the count of resources then reports it. */
  readonly checked: <T>(check: () => T) => T | null
}

/** Has the bus publish the dead letters of a topic again. */
export async function redrive(
  { config, bus, emit, at, redact, check, checked }: RedriveRequest,
  { redrive: name, topic }: CommandOf<'redrive'>,
): Promise<void> {
  const about = { node: config.node, redrive: name, topic }
  emit({ type: 'redrive', at: at(), ...about })
  try {
    const given: unknown = await attempt(async () => await bus.redrive?.(topic, { op: name }))
    const count = checked(() => check(given))
    if (count === null) throw new Error('it did not return the number of messages')
    emit({ type: 'redrive-ended', at: at(), ...about, count })
  } catch (error) {
    emit({ type: 'redrive-ended', at: at(), ...about, error: seeError(error, redact) })
  }
}
