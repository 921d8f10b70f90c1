/** Each event goes only to those that take its type: most of them take a few, and a long history consists of a few. */
import type { Event } from '../events/kinds.ts'
import type { Moment } from './tracker/moment.ts'

export interface Stepper {
  /** Types of the events that it wants to see; default: all. What it does not name it is never shown. */
  readonly takes?: readonly Event['type'][]
  step?(event: Event, moment: Moment): void
}

type Taker = Required<Pick<Stepper, 'step'>>

/** Shows an event to those of the steppers that take it, in their order. */
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
