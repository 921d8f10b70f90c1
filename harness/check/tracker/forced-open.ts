import type { Event } from '../event.ts'
import { createSpans, type Spans } from './spans.ts'

/** When the breaker of each node was forced open by the harness. */
export interface ForcedOpen {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  touch(node: string, from: number, to: number): boolean
}

export function createForcedOpen(): ForcedOpen {
  const byNode = new Map<string, { readonly spans: Spans; end: ((at: number) => void) | null }>()
  return {
    takes: ['force', 'forced'],
    step(event) {
      if (event.type === 'force' && event.to === 'isolate') {
        const node = byNode.get(event.node) ?? { spans: createSpans(), end: null }
        byNode.set(event.node, node)
        node.end ??= node.spans.begin(event.at)
      }
      if (event.type !== 'forced' || event.to !== 'reset') return
      const node = byNode.get(event.node)
      node?.end?.(event.at)
      if (node !== undefined) node.end = null
    },
    touch: (node, from, to) => byNode.get(node)?.spans.touch(from, to) === true,
  }
}
