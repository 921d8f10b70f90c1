import type { Event, EventOf } from '../event.ts'

/** What each owner held before its bus was opened, and once it had closed. */
export interface BeforeAndAfter {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  readonly before: ReadonlyMap<string, EventOf<'resources'>>
  readonly after: ReadonlyMap<string, EventOf<'resources'>>
}

export function createBeforeAndAfter(): BeforeAndAfter {
  const before = new Map<string, EventOf<'resources'>>()
  const after = new Map<string, EventOf<'resources'>>()
  return {
    takes: ['resources'],
    step(event) {
      if (event.type !== 'resources') return
      if (event.when === 'baseline') before.set(event.owner, event)
      if (event.when === 'after') after.set(event.owner, event)
    },
    before,
    after,
  }
}
