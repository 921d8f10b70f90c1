import { CHANGE_OF_MIND } from '../../events/caller.ts'
import type { SeenError } from '../../events/parts.ts'
import type { Breach, Check, Report } from '../check.ts'
import { isCalm } from '../delivery/liveness-calm.ts'
import type { Event, EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import { isHurried } from './hurried.ts'

/** fail-fast/3: an error that a caller receives has a declared code, an effect, `retryable`, and its causes, in its own properties. */
export const errors: Check = {
  clause: 'fail-fast/3',
  file: import.meta.url,
  detect: (ledger, report) => {
    const { errors, breaker, degradation } = ledger.run.claims
    const codes = new Set([...errors.codes, ...[breaker, degradation].flatMap((one) => one?.code ?? [])])
    return {
      takes: [
        'published',
        'written',
        'settled',
        'trial-ended',
        'redrive-ended',
        'opened',
        'closed',
        'subscribed',
        'unsubscribed',
      ],
      step(event) {
        const told = toldBy(event)
        if (told === null) return
        report.occasion()
        const lacks = lacking(told.error, codes)
        const about = { at: event.at, ...told.about }
        if (lacks !== null) report.violation({ ...about, message: `${told.what} ${lacks.but}`, ...lacks.of })
        else if (event.type === 'published' || event.type === 'settled') judgeCauses(ledger, report, event)
      },
      end() {
        for (const write of ledger.operations.writes()) judgeRollBack(ledger, report, write)
      },
    }
  },
}

interface Told {
  readonly what: string
  readonly about: Pick<Breach, 'op' | 'consumer' | 'node'>
  readonly error: SeenError
}

/** Only errors that reached a caller; the errors of reported attempts are not judged. */
function toldBy(event: Event): Told | null {
  switch (event.type) {
    case 'published':
      return told(event, `the error of publishing ${event.op}`, { op: event.op })
    case 'written':
      return told(event, `the error of writing ${event.op}`, { op: event.op })
    case 'settled':
      return told(event, `the error of ${event.op}, which had been queued,`, { op: event.op })
    case 'trial-ended':
      return told(event, `the error by which ${event.node} refused`, { op: event.trial })
    case 'redrive-ended':
      return told(event, `the error of redriving ${event.topic}`)
    case 'opened':
      return told(event, `the error of opening ${event.node}`)
    case 'closed':
      return told(event, `the error of closing ${event.node}`)
    case 'subscribed':
      return told(event, `the error of subscribing ${event.consumer}`, { consumer: event.consumer })
    case 'unsubscribed':
      return told(event, `the error by which ${event.consumer} left`, { consumer: event.consumer })
    default:
      return null
  }
}

const told = (
  { node, error }: { readonly node: string; readonly error?: SeenError },
  what: string,
  about: Told['about'] = {},
): Told | null => (error === undefined ? null : { what, about: { ...about, node }, error })

interface Lack {
  readonly but: string
  readonly of: { readonly expected: string; readonly actual: string }
}

function lacking({ code, effect, retryable, message }: SeenError, codes: ReadonlySet<string>): Lack | null {
  const lack = (but: string, expected: string, actual: string): Lack => ({ but, of: { expected, actual } })
  if (code === null) return lack('has no code', `one of ${[...codes].join(', ')}`, `no code of its own: ${message}`)
  if (!codes.has(code)) return lack('has an undeclared code', `one of ${[...codes].join(', ')}`, code)
  if (effect === null) return lack('does not tell its effect', 'none or unknown', `${code} without an effect`)
  if (retryable === null) return lack('does not tell whether to retry', 'true or false', `${code} without it`)
  return message.trim() === '' ? lack('says nothing', 'a message', `${code} without a message`) : null
}

/**
 * The error of the last attempt that failed must come along with its causes. A caller that aborted knows why the publish ended.
 */
function judgeCauses({ operations }: Ledger, report: Report, event: EventOf<'published' | 'settled'>): void {
  const operation = operations.get(event.op)
  const last = operation?.attempts.findLast(({ ended }) => ended?.outcome === 'failed')?.ended?.error
  const { error } = event
  if (error === undefined || last == null || operation?.aborted !== null) return
  const owed = last.code === error.code ? last.causes : [last.message, ...last.causes]
  const lost = owed.find((cause) => !error.message.includes(cause) && !error.causes.includes(cause))
  if (lost === undefined) return
  report.violation({
    message: `the error of publishing ${event.op} lost a cause on its way to the caller`,
    expected: `${error.code}, caused by ${lost}`,
    actual: error.causes.length === 0 ? `${error.code} without a cause` : `caused by ${error.causes.join(', by ')}`,
    op: event.op,
    node: event.node,
    at: event.at,
  })
}

/** The application whose part of a transaction rejected is told so, where nothing else can have ended the transaction. */
function judgeRollBack(ledger: Ledger, report: Report, { op, node, write, began, settled }: WriteOperation): void {
  const error = settled?.error
  if (!write.rollsBack || error == null || error.message.includes(CHANGE_OF_MIND)) return
  if (error.causes.some((cause) => cause.includes(CHANGE_OF_MIND))) return
  const { at } = settled ?? began
  // A bus may have its breaker guard writes, and a connection may break long after the fault that broke it.
  if (!isCalm(ledger) || ledger.forcedOpen.touch(node, began.at, at) || isHurried(ledger, began.at, at)) return
  report.violation({
    message: `the error of writing ${op}, which the application rolled back, lost the application's own error`,
    expected: `${error.code}, caused by ${CHANGE_OF_MIND}`,
    actual: error.causes.length === 0 ? `${error.code} without a cause` : `caused by ${error.causes.join(', by ')}`,
    op,
    node,
    at,
  })
}
