import type { SeenError } from '../../events/parts.ts'
import type { Check } from '../check.ts'
import type { Event, EventOf } from '../event.ts'
import { namedIn } from './named-in.ts'

const SECRET = /\[secret:([^\]]*)\]/g

interface Text {
  readonly place: string
  readonly parts: readonly string[]
}

/** fail-fast/4: no error, cause, log line, warning, observation or dead letter contains a secret. */
export const secrets: Check = {
  clause: 'fail-fast/4',
  file: import.meta.url,
  detect: (ledger, report) => ({
    takes: [
      'opened',
      'published',
      'settled',
      'written',
      'attempt-ended',
      'subscribed',
      'unsubscribed',
      'closed',
      'redrive-ended',
      'health-checked',
      'scraped',
      'configured',
      'open-tried',
      'trial-ended',
      'suppressed',
      'crashed',
      'logged',
      'attempt-began',
      'assigned',
      'revoked',
      'committed',
      'dead-lettered',
      'dead-letter',
    ],
    step(event) {
      for (const { place, parts } of textsOf(event)) {
        report.occasion()
        const names = new Set(parts.flatMap((part) => [...part.matchAll(SECRET)].map((found) => found[1] ?? '')))
        for (const name of names) {
          report.violation({
            message: `the secret ${name} appeared in ${place}`,
            expected: 'no secret in any error, log line, observation or dead letter',
            actual: parts.find((part) => part.includes(`[secret:${name}]`)) ?? '',
            at: event.at,
            op: 'op' in event ? event.op : null,
            others: namedIn(ledger, parts),
            ...('consumer' in event && event.consumer !== undefined ? { consumer: event.consumer } : {}),
            ...('node' in event ? { node: event.node } : {}),
          })
        }
      }
    },
  }),
}

/** Every text in the event that came from the adapter. */
function textsOf(event: Event): readonly Text[] {
  switch (event.type) {
    case 'opened':
      return ofError(event.error, `the error of opening ${event.node}`)
    case 'published':
    case 'settled':
      return ofError(event.error, `the error of publishing ${event.op}`)
    case 'written':
      return ofError(event.error, `the error of writing ${event.op}`)
    case 'attempt-ended':
      return ofError(event.error, `the error of attempt ${event.attempt} of ${event.op}`)
    case 'subscribed':
    case 'unsubscribed':
      return ofError(event.error, `an error of consumer ${event.consumer}`)
    case 'closed':
      return ofError(event.error, `the error of closing ${event.node}`)
    case 'redrive-ended':
      return ofError(event.error, `the error of redriving ${event.topic}`)
    case 'health-checked':
      return [...ofError(event.error, `the error of a health check of ${event.node}`), ...ofComponents(event)]
    case 'scraped':
      return [
        ...ofError(event.error, `the error of a scrape of ${event.node}`),
        { place: `the metrics of ${event.node}`, parts: event.leaked ?? [] },
      ]
    case 'configured':
      return [...ofError(event.error, `the error of configuring ${event.node}`), ...ofSettings(event)]
    case 'open-tried':
      return ofError(event.error, `the error of opening a bus of ${event.node} with wrong settings`)
    case 'trial-ended':
      return ofError(event.error, `the error of refusing what ${event.node} was tried with`)
    case 'suppressed':
      return [
        ...ofError(event.error, `an error that ${event.node} kept to itself`),
        ...ofObservation(event, [event.during, event.consumer ?? '']),
      ]
    case 'crashed':
      return [{ place: `the ${event.how} of ${event.node}`, parts: [event.message, ...(event.leaked ?? [])] }]
    case 'logged': {
      const place = event.stream === 'warning' ? 'a warning' : `a ${event.stream} line`
      return [{ place: `${place} of ${event.node}`, parts: [event.text, ...(event.leaked ?? [])] }]
    }
    case 'attempt-began':
      return ofObservation(event, [event.op])
    case 'assigned':
    case 'revoked':
      return ofObservation(event, [event.consumer, ...event.partitions.map(({ topic }) => topic)])
    case 'committed':
      return ofObservation(event, [event.consumer, event.group, event.topic])
    case 'dead-lettered':
      return ofObservation(event, [event.consumer, event.group, event.position.topic])
    case 'dead-letter':
      return [{ place: `the dead letter of ${event.op ?? 'a message'}`, parts: Object.values(event.fields) }]
    default:
      return []
  }
}

/** An observation is an occasion only if it contained a secret, because it normally contains only names. */
const ofObservation = ({ type, node }: { type: string; node: string }, parts: readonly string[]): readonly Text[] =>
  parts.some((part) => part.search(SECRET) >= 0) ? [{ place: `a report of ${node} (${type})`, parts }] : []

const ofComponents = ({ node, health }: EventOf<'health-checked'>): readonly Text[] =>
  (health?.components ?? []).map(({ name, message }) => ({ place: `the health of ${node}`, parts: [name, message] }))

const ofSettings = ({ node, taken }: EventOf<'configured'>): readonly Text[] =>
  Object.entries(taken?.settings ?? {}).flatMap(([name, { value }]) =>
    typeof value === 'string' ? [{ place: `the settings of ${node}`, parts: [name, value] }] : [],
  )

function ofError(error: SeenError | undefined, place: string): readonly Text[] {
  if (error === undefined) return []
  const { code, message, causes, leaked } = error
  return [{ place, parts: [code ?? '', message, ...causes, ...(leaked ?? [])] }]
}
