/** What checks see of a run: its events, with offsets that can be compared. */
import type { RankedEvent, RankedPosition } from '../history/ranks.ts'

export type Event = RankedEvent
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
export type Position = RankedPosition
