import { hasLanded } from '../../history/event.ts'
import type { Check } from '../check.ts'
import { namedIn } from './named-in.ts'

/** fail-fast/5: no unhandled rejection, no uncaught exception, no process exit, whatever the fault. */
export const crashes: Check = {
  clause: 'fail-fast/5',
  file: import.meta.url,
  detect: (ledger, report) => ({
    takes: ['healed', 'crashed'],
    step(event) {
      if (event.type === 'healed' && hasLanded(event.landed)) report.occasion()
      if (event.type !== 'crashed') return
      report.violation({
        message: `${event.node} crashed by ${event.how}: ${event.message}`,
        expected: 'every error reaches the right caller',
        actual: `${event.how}: ${event.message}`,
        others: namedIn(ledger, [event.message]),
        node: event.node,
        at: event.at,
      })
    },
  }),
}
