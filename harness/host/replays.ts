import type { Bus } from '../adapter.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import type { CommandOf, Emit, NodeConfig } from './host.ts'

/** Has the bus publish the dead letters of a topic again. */
export async function replay(
  node: {
    readonly config: NodeConfig
    readonly bus: Bus
    readonly emit: Emit
    readonly at: () => number
    readonly redact: Redact
  },
  { replay: name, topic }: CommandOf<'replay'>,
): Promise<void> {
  const { config, bus, emit, at, redact } = node
  const about = { node: config.node, replay: name, topic }
  emit({ type: 'replay', at: at(), ...about })
  try {
    if (bus.replay === undefined) throw new Error('replay is claimed, but the bus has no such method')
    const count = await bus.replay(topic, { op: name })
    emit({ type: 'replay-ended', at: at(), ...about, count })
  } catch (error) {
    emit({ type: 'replay-ended', at: at(), ...about, error: seeError(error, redact) })
  }
}
