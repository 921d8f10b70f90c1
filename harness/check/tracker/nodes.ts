import type { SeenError } from '../../events/parts.ts'
import type { Event } from '../event.ts'
import type { Moment } from './moment.ts'

/** Crashes after which there is no process any more. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'hang', 'out-of-memory'])

export interface CloseCall {
  readonly call: number
  readonly began: Moment
  ended: (Moment & { readonly error: SeenError | null }) | null
}

/** One application process with one bus. */
export interface NodeRecord {
  readonly node: string
  /** When `open` had succeeded. */
  opened: Moment | null
  readonly closes: CloseCall[]
  /** When its process was killed, or ended before its time. */
  exited: Moment | null
}

export interface Nodes {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  get(node: string): NodeRecord | undefined
  all(): Iterable<NodeRecord>
  /** When the node first began to close or ended; null while it is up. */
  goneAt(node: string): Moment | null
}

export function createNodes(): Nodes {
  const nodes = new Map<string, NodeRecord>()
  const nodeOf = (node: string): NodeRecord => {
    const found = nodes.get(node) ?? { node, opened: null, closes: [], exited: null }
    nodes.set(node, found)
    return found
  }

  return {
    takes: ['opened', 'close', 'closed', 'killed', 'crashed'],
    step(event, moment) {
      switch (event.type) {
        case 'opened':
          if (event.error === undefined) nodeOf(event.node).opened = moment
          return
        case 'close':
          return void nodeOf(event.node).closes.push({ call: event.call, began: moment, ended: null })
        case 'closed': {
          const call = nodeOf(event.node).closes.findLast((one) => one.call === event.call && one.ended === null)
          if (call !== undefined) call.ended = { ...moment, error: event.error ?? null }
          return
        }
        case 'killed':
          nodeOf(event.node).exited ??= moment
          return
        case 'crashed':
          if (ENDS.has(event.how)) nodeOf(event.node).exited ??= moment
          return
      }
    },
    get: (node) => nodes.get(node),
    all: () => nodes.values(),
    goneAt(node) {
      const found = nodes.get(node)
      const closing = found?.closes[0]?.began ?? null
      const exited = found?.exited ?? null
      if (closing === null || exited === null) return closing ?? exited
      return closing.seq < exited.seq ? closing : exited
    },
  }
}
