/** What the lines of a story are made of. */

import type { Content, SeenError } from '../../../events/parts.ts'
import { redrivenOp } from '../../../history/op.ts'
import type { Event, Position } from '../../event.ts'

export type Happening = readonly Event[]

export const TOPIC = 't'
export const NODE = 'n1'
export const GROUP = 'g'

/** Where a message lies whose op ends in this number. */
export const place = (op: string, offset = Number(/\d+$/.exec(op)?.[0] ?? 0)): Position => ({
  topic: TOPIC,
  partition: 0,
  offset,
})

/** The same on another topic. */
export const onTopic = (topic: string, happened: readonly Happening[]): readonly Happening[] =>
  happened.map((events) =>
    events.map((event) => ({
      ...event,
      ...('topic' in event ? { topic } : {}),
      ...('topics' in event ? { topics: [topic] } : {}),
      ...('position' in event && event.position !== undefined ? { position: { ...event.position, topic } } : {}),
    })),
  )

export const contentOf = (op: string, key: string | null = null): Content => ({
  key: key === null ? 'null' : `"${key}"`,
  // What was redriven is as its original.
  value: `"${redrivenOp(op) ?? op}"`,
  headers: 'none',
})

export const error = (code: string, changes: Partial<SeenError> = {}): SeenError => ({
  code,
  effect: 'unknown',
  retryable: true,
  message: `it failed with ${code}`,
  causes: [],
  ...changes,
})
export const REFUSED = error('REFUSED', { effect: 'none' })
export const OPEN = error('BREAKER_OPEN', { effect: 'none' })
export const PERMANENT = error('OVERSIZE', { effect: 'none', retryable: false })
