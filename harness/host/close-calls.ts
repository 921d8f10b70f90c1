import type { Bus } from '../adapter.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { settleWithin } from '../waiting.ts'
import type { CommandOf, Emit } from './host.ts'

/** Calls `close` the given number of times at once; resolves when each call has settled, or its time is over. */
export async function closeBus(
  of: {
    readonly bus: Bus
    readonly node: string
    readonly at: () => number
    readonly emit: Emit
    readonly redact: Redact
  },
  { calls, within }: CommandOf<'close'>,
): Promise<void> {
  const { bus, node, at, emit, redact } = of
  const callOnce = async (call: number): Promise<void> => {
    emit({ type: 'close', at: at(), node, call })
    try {
      await bus.close()
      emit({ type: 'closed', at: at(), node, call })
    } catch (error) {
      emit({ type: 'closed', at: at(), node, call, error: seeError(error, redact) })
    }
  }
  const all = Array.from({ length: calls }, (_, call) => callOnce(call))
  await settleWithin(all, within)
}
