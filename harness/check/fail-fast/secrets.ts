import type { Event, SeenError } from '../../history/event.ts'
import type { Detect } from '../detect.ts'

const SECRET = /\[secret:([^\]]*)\]/g

interface Text {
  readonly place: string
  readonly parts: readonly string[]
}

/** fail-fast/4: nothing secret is in any error, cause, log line or dead letter. */
export const secrets: Detect = (_ledger, report) => ({
  step(event) {
    for (const { place, parts } of textsOf(event)) {
      report.occasion()
      const names = new Set(parts.flatMap((part) => [...part.matchAll(SECRET)].map((found) => found[1] ?? '')))
      for (const name of names) {
        report.violation({
          message: `the secret ${name} stood in ${place}`,
          expected: 'no secret in any error, log line or dead letter',
          actual: parts.find((part) => part.includes(`[secret:${name}]`)) ?? '',
          at: event.at,
          ...('op' in event && event.op != null ? { op: event.op } : {}),
          ...('node' in event ? { node: event.node } : {}),
        })
      }
    }
  },
})

/** Every text in the event that came from the adapter. */
function textsOf(event: Event): readonly Text[] {
  switch (event.type) {
    case 'opened':
      return ofError(event.error, `the error of opening ${event.node}`)
    case 'published':
      return ofError(event.error, `the error of publishing ${event.op}`)
    case 'attempt-ended':
      return ofError(event.error, `the error of attempt ${event.attempt} of ${event.op}`)
    case 'subscribed':
    case 'unsubscribed':
      return ofError(event.error, `an error of consumer ${event.consumer}`)
    case 'closed':
      return ofError(event.error, `the error of closing ${event.node}`)
    case 'trial-ended':
      return ofError(event.error, `the error of refusing what ${event.node} was tried with`)
    case 'crashed':
      return [{ place: `the ${event.how} of ${event.node}`, parts: [event.message] }]
    case 'logged':
      return [{ place: `a ${event.stream} line of ${event.node}`, parts: [event.text] }]
    case 'dead-letter':
      return [{ place: `the dead letter of ${event.op ?? 'a message'}`, parts: Object.values(event.fields) }]
    default:
      return []
  }
}

function ofError(error: SeenError | undefined, place: string): readonly Text[] {
  if (error === undefined) return []
  const { code, message, causes, leaked } = error
  return [{ place, parts: [code ?? '', message, ...causes, ...(leaked ?? [])] }]
}
