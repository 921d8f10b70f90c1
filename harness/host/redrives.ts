import { seeError } from '../history/seen-error.ts'
import { attempt, type Calling } from './attempt.ts'
import type { CommandOf } from './host.ts'

/** Has the bus publish the dead letters of a topic again. */
export async function redrive(
  { config, bus, emit, at, redact, check, checked }: Calling<number>,
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
