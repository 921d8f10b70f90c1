import type { Position } from '../../adapter.ts'
import type { Event } from '../../events/kinds.ts'
import type { Violation } from '../check.ts'

/**
 * What the sentences of a violation name but its fields do not contain: a message; and in the first sentence a node, a consumer
 * outside the group, or the position of an unreadable record. Reports and the shrinker read only fields, so no sentence may name
 * anything else.
 */
export function unsaidIn(violation: Violation, events: readonly Event[]): readonly string[] {
  const { message, expected, actual, ops, consumer, node, group, positions = [] } = violation
  const said = new Set([...ops, consumer, node, group, ...positions.map(placeOf)])
  for (const event of events) if ('consumer' in event && isOf(event, group)) said.add(event.consumer)
  const [inAll, inFirst] = [wordsOf(`${message} ${expected} ${actual}`), wordsOf(message)]
  const named = events.flatMap((event) => [
    ...opsIn(event).filter((op) => inAll.has(op)),
    ...namesIn(event).filter((name) => inFirst.has(name)),
  ])
  return [...new Set(named)].filter((name) => !said.has(name))
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\w~/@-]+/g) ?? [])

const isOf = (event: Event, group: string | undefined): boolean => 'group' in event && event.group === group

const opsIn = (event: Event): readonly string[] => ('op' in event && event.op !== null ? [event.op] : [])

function namesIn(event: Event): readonly string[] {
  if (event.type === 'poison') return [placeOf(event.position)]
  const { consumer, node } = { consumer: undefined, node: undefined, ...event }
  return [consumer, node].filter((name) => name !== undefined)
}

const placeOf = ({ topic, partition, offset }: Position): string => `${topic}/${partition}@${offset}`
