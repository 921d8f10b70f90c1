import { hasLanded } from '../../events/system.ts'
import type { Check } from '../check.ts'
import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { namedIn } from './named-in.ts'

/** Without a network nothing but the application can fail. */
function isFault({ run }: Ledger, event: Event): boolean {
  if (event.type === 'healed') return hasLanded(event.landed)
  return event.type === 'handled' && event.outcome !== 'ok' && run.lacks?.network !== undefined
}

/** fail-fast/5: no unhandled rejection, no uncaught exception, no process exit, whatever the fault. */
export const crashes: Check = {
  clause: 'fail-fast/5',
  file: import.meta.url,
  detect: (ledger, report) => ({
    takes: ['healed', 'handled', 'crashed'],
    step(event) {
      if (isFault(ledger, event)) report.occasion()
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
