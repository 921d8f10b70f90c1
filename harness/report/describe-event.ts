import type { Column } from '../events/kind.ts'
import type { Event } from '../events/kinds.ts'
import { columnOf, sentenceOf } from '../events/kinds.ts'
import { withoutPrefix } from '../text.ts'

export interface Step {
  readonly column: Column
  readonly text: string
}

/** What one event reads like in a story, and in which column it stands. Names lose the run's prefix, which says nothing to a reader. */
export const describeEvent = (event: Event, prefix: string): Step => ({
  column: columnOf(event),
  text: withoutPrefix(sentenceOf(event), prefix),
})
