/** What one event reads like in a story, and in which lane it stands. */

import type { Position } from '../adapter.ts'
import { type Event, type Forced, hasLanded, type Landed, type SeenError, type TrialKind } from '../history/event.ts'
import { faultName, isOutage, outageName } from '../plan/plan.ts'
import { plural, withoutPrefix } from './text.ts'

export const LANES = ['producer', 'network', 'consumer', 'dead letters'] as const
export type Lane = (typeof LANES)[number]

export interface Step {
  readonly lane: Lane
  readonly text: string
}

/** Names lose the run's prefix, which says nothing to a reader. */
export function describeEvent(event: Event, prefix: string): Step {
  const step = describe(event)
  return { lane: step.lane, text: withoutPrefix(step.text, prefix) }
}

function describe(event: Event): Step {
  switch (event.type) {
    case 'phase':
      return { lane: 'network', text: `── ${event.phase} ──` }
    case 'end':
      return { lane: 'network', text: '── end ──' }
    case 'fault':
      return { lane: 'network', text: `✖ ${fault(event)}` }
    case 'healed':
      return {
        lane: 'network',
        text: `✓ ${isOutage(event.kind) ? outageName(event.kind) : `${event.kind} on ${event.role}`} healed, ${landed(event.landed)}`,
      }
    case 'received':
      return { lane: 'network', text: `a request for ${event.op} reaches the system` }
    case 'stored':
      return { lane: 'network', text: `${event.op ?? 'a message without an id'} stored at ${position(event.position)}` }
    case 'rows':
      return { lane: 'network', text: `${plural(event.rows.length, 'row')} stored` }
    case 'dead-letter':
      return { lane: 'dead letters', text: `${event.op ?? 'no id'} stored at ${position(event.position)}` }
    case 'dead-lettered':
      return { lane: 'dead letters', text: `${event.consumer}: ${position(event.position)} was taken` }
    case 'poison':
      return { lane: 'network', text: `✖ an unreadable record is stored at ${position(event.position)}` }
    case 'position':
      return { lane: 'consumer', text: `${event.group} stands at ${position({ ...event, offset: event.next })}` }
    case 'resources':
      return { lane: 'producer', text: `${event.owner}, ${event.when}: ${counts(event.counts)}` }
    case 'stall':
      return { lane: 'network', text: `${event.owner} stood still for ${Math.round(event.at - event.from)} ms` }
    default:
      return describeNode(event)
  }
}

type NodeEvent = Extract<Event, { readonly node: string }>

function describeNode(event: Exclude<NodeEvent, { type: 'dead-lettered' }>): Step {
  switch (event.type) {
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
    case 'deliver':
    case 'handled':
    case 'assigned':
    case 'revoked':
    case 'committed':
    case 'passed-over':
      return { lane: 'consumer', text: describeConsumer(event) }
    case 'suppressed':
      return { lane: 'network', text: suppressed(event) }
    default:
      return { lane: 'producer', text: describeProducer(event) }
  }
}

type ConsumerType =
  | 'subscribe'
  | 'subscribed'
  | 'unsubscribe'
  | 'unsubscribed'
  | 'deliver'
  | 'handled'
  | 'assigned'
  | 'revoked'
  | 'committed'
  | 'passed-over'

function describeConsumer(event: Extract<Event, { type: ConsumerType }>): string {
  const { consumer } = event
  switch (event.type) {
    case 'subscribe':
      return `${consumer} joins ${event.group} from ${event.from}`
    case 'subscribed':
      return event.error === undefined ? `${consumer} is a member` : `${consumer} could not join: ${error(event.error)}`
    case 'unsubscribe':
      return `${consumer} leaves`
    case 'unsubscribed':
      return event.error === undefined ? `${consumer} has left` : `${consumer} failed to leave: ${error(event.error)}`
    case 'deliver':
      return `${consumer} (${event.group}) gets ${event.op ?? 'a message without an id'}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`
    case 'handled':
      return event.outcome === 'ok'
        ? `${consumer} has handled ${event.op ?? 'it'}`
        : `${consumer} rejects ${event.op ?? 'it'} (${event.outcome})`
    case 'assigned':
      return `${consumer} owns ${partitions(event.partitions)}`
    case 'revoked':
      return `${consumer} loses ${partitions(event.partitions)}`
    case 'committed':
      return `${consumer} commits ${position({ ...event, offset: event.next })}`
    case 'passed-over':
      return `${consumer} (${event.group}) passes over ${position(event.position)}: ${event.why}`
  }
}

/** Only the bus knew of it: its words tell what to look for. */
function suppressed({
  node,
  consumer = node,
  during,
  times,
  error: seen,
}: Extract<Event, { type: 'suppressed' }>): string {
  const said = seen.code === null ? seen.message : `${seen.code}: ${seen.message}`
  return `${consumer}: ${during} failed${times > 1 ? ` ${times} times` : ''}, ${said}`
}

type ProducerEvent = Exclude<NodeEvent, { type: ConsumerType | 'dead-lettered' | 'suppressed' }>

function describeProducer(event: ProducerEvent): string {
  switch (event.type) {
    case 'open':
      return `the bus of ${event.node} opens`
    case 'opened':
      return event.error === undefined
        ? `the bus of ${event.node} is open`
        : `the bus of ${event.node} could not open: ${error(event.error)}`
    case 'publish':
      return `publish ${event.op} to ${event.topic}`
    case 'published':
      return published(event)
    case 'record':
      return `${event.rollsBack ? 'write to be rolled back' : 'write'}, row ${event.row.id}, with ${event.op} to ${event.topic}`
    case 'recorded':
      return recorded(event)
    case 'abort':
      return `the caller aborts ${event.op}`
    case 'replay':
      return `${event.node} replays the dead letters of ${event.topic}`
    case 'replay-ended':
      return event.error === undefined
        ? `${event.node}'s replay of ${event.topic} reports ${plural(event.count ?? 0, 'message')}`
        : `${event.node}'s replay of ${event.topic} failed: ${error(event.error)}`
    case 'trial':
      return `${event.node} is tried with ${TRIALS[event.what]}`
    case 'trial-ended':
      return `${TRIALS[event.what]} ${event.outcome}${event.error === undefined ? '' : `: ${error(event.error)}`}`
    case 'attempt-began':
      return `${event.op} attempt ${event.attempt} begins`
    case 'attempt-ended':
      return `${event.op} attempt ${event.attempt} ${event.outcome}${event.error === undefined ? '' : `: ${error(event.error)}`}`
    case 'breaker-changed':
      return `breaker of ${event.node}: ${event.from} → ${event.to}`
    case 'settled':
      return event.status === 'failed'
        ? `${event.op} leaves the queue, failed: ${event.error === undefined ? 'no error given' : error(event.error)}`
        : `${event.op} leaves the queue, acknowledged${event.position === undefined ? '' : ` at ${position(event.position)}`}`
    case 'drained':
      return `${event.node} reports its queue empty: ${event.recovered} recovered, ${event.failed} failed`
    case 'close':
      return `${event.node} close(), call ${event.call}`
    case 'closed':
      return event.error === undefined
        ? `${event.node} closed, call ${event.call}`
        : `${event.node} failed to close: ${error(event.error)}`
    case 'cycle':
      return `${event.node} closed; alive: ${counts(event.alive)}; ${event.bytes} bytes`
    case 'memory':
      return `the bus of ${event.node} holds ${event.bytes} bytes of memory`
    case 'stats':
      return `statistics of ${event.node}, ${event.when}: ${statistics(event)}`
    case 'force':
      return `${event.node} ${FORCED[event.to]} its breaker by hand`
    case 'forced':
      return event.error === undefined
        ? `the breaker of ${event.node} was worked by hand: ${event.to}`
        : `${event.to} of the breaker of ${event.node} failed: ${error(event.error)}`
    case 'killed':
      return `✖ the process of ${event.node} is killed`
    case 'crashed':
      return `${event.node} ${event.how.replace('-', ' ')}: ${event.message}`
    case 'logged':
      return `${event.node} writes to ${event.stream}: ${event.text.trim()}`
  }
}

const FORCED: Readonly<Record<Forced, string>> = { reset: 'resets', isolate: 'forces open' }

const TRIALS: Readonly<Record<TrialKind, string>> = {
  'publish-closed': 'a publish after its close',
  'subscribe-closed': 'a subscription after its close',
  'publish-reset': 'a publish after its close and a reset of its breaker',
  'empty-topic': 'an empty topic',
  'control-topic': 'a topic with control characters',
  'oversize-value': 'a value that is too large',
}

function statistics({ stats, error: failure }: Extract<Event, { type: 'stats' }>): string {
  if (stats === null) return failure === undefined ? 'none given' : `not given: ${error(failure)}`
  const { connections, producers = [], ...publishes } = stats
  const made = producers.map(({ topic, total }) => [`producers of ${topic}`, total] as const)
  return counts({ ...connections, ...publishes, ...Object.fromEntries(made) })
}

function published(event: Extract<Event, { type: 'published' }>): string {
  if (event.status === 'failed') {
    const effect = event.error?.effect
    return `${event.op} failed: ${event.error === undefined ? 'no error given' : error(event.error)}${effect ? `, effect ${effect}` : ''}`
  }
  return `${event.op} ${event.status}${event.position === undefined ? '' : ` at ${position(event.position)}`}`
}

function recorded(event: Extract<Event, { type: 'recorded' }>): string {
  const failure = event.error === undefined ? '' : `: ${error(event.error)}`
  return event.status === 'failed'
    ? `the write of ${event.op} failed${failure}`
    : `the write of ${event.op} is stored, its event ${event.event ?? 'not reported'}${failure}`
}

/** `topic/partition@offset` */
const position = (at: Position): string => `${at.topic}/${at.partition}@${at.offset}`

const partitions = (owned: readonly { topic: string; partition: number }[]): string =>
  owned.length === 0 ? 'nothing' : owned.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')

const error = (seen: SeenError): string => seen.code ?? seen.message

const counts = (by: Readonly<Record<string, number>>): string => {
  const some = Object.entries(by).filter(([, count]) => count !== 0)
  return some.length === 0 ? 'nothing left' : some.map(([kind, count]) => `${kind} ${count}`).join(', ')
}

function fault(event: Extract<Event, { type: 'fault' }>): string {
  const name = faultName(event.kind, event.direction)
  if (event.role === 'system') return name
  return name === event.kind ? `${name} on ${event.role}` : `${event.kind} on ${event.role} ${event.direction}`
}

function landed(by: Landed): string {
  if (!hasLanded(by)) return 'touched nothing'
  const parts = [
    by.connections > 0 ? plural(by.connections, 'connection') : '',
    by.bytes > 0 ? plural(by.bytes, 'byte') : '',
  ]
  return `hit ${parts.filter((part) => part !== '').join(', ')}`
}
