/** Shows each event only to the steppers that take its type: most take few types, and most events have few types. */
import type { Event } from './event.ts'
import type { Moment } from './tracker/moment.ts'

export interface Stepper {
  /** The types of events that it receives; default: all. */
  readonly takes?: readonly Event['type'][]
  step?(event: Event, moment: Moment): void
}

type Taker = Required<Pick<Stepper, 'step'>>

/** Shows an event to the steppers that take it, in their order. */
export function dispatch(steppers: readonly Stepper[]): (event: Event, moment: Moment) => void {
  const stepping = steppers.filter((one): one is Stepper & Taker => one.step !== undefined)
  const byType = new Map<Event['type'], readonly Taker[]>()
  const takersOf = (type: Event['type']): readonly Taker[] => {
    const found = stepping.filter(({ takes }) => takes?.includes(type) !== false)
    byType.set(type, found)
    return found
  }
  return (event, moment) => {
    const takers = byType.get(event.type) ?? takersOf(event.type)
    for (let index = 0; index < takers.length; index++) takers[index]?.step(event, moment)
  }
}
