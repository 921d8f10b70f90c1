import type { Lane } from '../events/kind.ts'
import { laneOf, sentenceOf } from '../events/kinds.ts'
import type { Event } from '../history/event.ts'
import { withoutPrefix } from '../text.ts'

export interface Step {
  readonly lane: Lane
  readonly text: string
}

/** What one event reads like in a story, and in which lane it stands. Names lose the run's prefix, which says nothing to a reader. */
export const describeEvent = (event: Event, prefix: string): Step => ({
  lane: laneOf(event),
  text: withoutPrefix(sentenceOf(event), prefix),
})
