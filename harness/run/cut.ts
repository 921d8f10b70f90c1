/** What a run says that the adapter has cut short: what was on record by then, and how its process came to its end. */

import { judge } from '../check/judge.ts'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from '../history/header.ts'
import { rank } from '../history/ranks.ts'
import { type Ended, endSentence } from '../host/ended.ts'
import type { RunOutcome } from './outcome.ts'

/** `adapter` is what the adapter is called, with its place. */
export function cutOutcome(header: RunHeader, recorded: readonly Event[], adapter: string, ended: Ended): RunOutcome {
  const last = recorded.at(-1)
  const during = last === undefined ? '' : placeIn(last)
  const crashed: Event = {
    type: 'crashed',
    at: last?.at ?? 0,
    node: recorded.reduce((node, event) => ('node' in event ? event.node : node), 'all nodes'),
    how: ended.how,
    message: endSentence(adapter, ended, during),
  }
  const events = [...recorded, crashed]
  return {
    plan: header.plan,
    events: events.length,
    faults: { landed: {}, missed: 0 },
    findings: judge(header, rank(events), { complete: false }),
    history: { header, events },
    error: null,
  }
}

const CALLS: Readonly<Partial<Record<Event['type'], string>>> = {
  open: 'open()',
  subscribe: 'subscribe()',
  unsubscribe: 'close() of a consumer',
  close: 'close()',
  redrive: 'redrive()',
  force: 'a call of its breaker',
  trial: 'a call that it must refuse',
}

/** The call that the last event on record began. */
function placeIn(last: Event): string {
  if (last.type === 'publish' || last.type === 'write') return ` in ${last.type}() of ${last.op}`
  if (last.type === 'resources' && last.when === 'baseline') return ' in open()'
  const call = CALLS[last.type]
  return call === undefined ? '' : ` in ${call}`
}
