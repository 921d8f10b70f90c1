import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

/**
 * Runs `work`. The first SIGINT or SIGTERM aborts its signal, and the exit code becomes 130 once the work has come to its
 * end, unless the work itself says what it ends with; a second one ends the process at once.
 */
export async function interruptible(
  io: Io,
  work: (signal: AbortSignal) => Promise<number>,
  { keepsCode = false }: { readonly keepsCode?: boolean } = {},
): Promise<number> {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      io.exit(EXIT.interrupted)
      return
    }
    io.stderr.write('\ninterrupted: cleaning up and writing reports; interrupt again to end at once\n')
    controller.abort()
  }
  io.signals.on('SIGINT', onSignal)
  io.signals.on('SIGTERM', onSignal)
  try {
    const code = await work(controller.signal)
    return controller.signal.aborted && !keepsCode ? EXIT.interrupted : code
  } catch (error) {
    if (!controller.signal.aborted) throw error
    // The work may end by rejecting because it was aborted: that is what was asked for.
    return EXIT.interrupted
  } finally {
    io.signals.off('SIGINT', onSignal)
    io.signals.off('SIGTERM', onSignal)
  }
}
