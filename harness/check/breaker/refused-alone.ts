import type { Event, EventOf } from '../event.ts'

/**
 * Whether the event is a publish that the breaker refused at that moment. The messages of a batch all settle when the last one does,
 * which says nothing of when they were refused.
 */
export function createRefusals(code: string): {
  readonly takes: readonly ['batch', 'published']
  refused(event: Event): event is EventOf<'published'>
} {
  const batched = new Set<string>()
  return {
    takes: ['batch', 'published'],
    refused(event): event is EventOf<'published'> {
      if (event.type === 'batch') for (const op of event.ops) batched.add(op)
      return event.type === 'published' && event.error?.code === code && !batched.has(event.op)
    },
  }
}
