import type { Event } from '../history/event.ts'
import type { Lane } from '../history/events/kind.ts'
import { laneOf, sentenceOf } from '../history/events/kinds.ts'
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
