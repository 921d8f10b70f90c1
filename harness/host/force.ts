/** Works the breaker of a bus by hand. */
import type { Bus } from '../adapter.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import type { CommandOf, Emit, NodeConfig } from './host.ts'

export interface ForceOptions {
  readonly config: NodeConfig
  /** Null where it could not be opened. */
  readonly bus: Bus | null
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
}

/** Resolves when the call has settled, however it did. */
export async function forceBreaker(
  { config: { node }, bus, emit, at, redact }: ForceOptions,
  { to }: CommandOf<'force'>,
): Promise<void> {
  if (bus === null) return
  emit({ type: 'force', at: at(), node, to })
  try {
    await bus.breaker?.[to]()
    emit({ type: 'forced', at: at(), node, to })
  } catch (error) {
    emit({ type: 'forced', at: at(), node, to, error: seeError(error, redact) })
  }
}
