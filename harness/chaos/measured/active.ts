/** What is active just now, of all epochs that go on: faults, and breakers that are not closed. */
import type { Event, EventOf } from '../../events/kinds.ts'

export interface Active {
  /** Takes the events of an epoch, in the order in which they come. */
  step(epoch: number, event: Event): void
  /** The epoch is over. */
  letGo(epoch: number): void
  /** Their names. */
  faults(): readonly string[]
  /** How many nodes that are up have a breaker in this state. */
  breakers(): Readonly<Record<string, number>>
}

/** What figures and pictures call a fault. */
export const nameOf = ({ role, kind }: Pick<EventOf<'fault'>, 'role' | 'kind'>): string => `${role}: ${kind}`

/** `began` is told the name of each fault that begins, and returns what is called at its end. */
export function createActive(began: (name: string) => () => void): Active {
  const faults = new Map<string, { readonly name: string; readonly end: () => void }>()
  const breakers = new Map<string, string>()

  const heal = (key: string): void => {
    faults.get(key)?.end()
    faults.delete(key)
  }
  const letGo = (epoch: number): void => {
    for (const key of faults.keys()) if (key.startsWith(`${epoch}/`)) heal(key)
    for (const key of breakers.keys()) if (key.startsWith(`${epoch}/`)) breakers.delete(key)
  }

  return {
    step(epoch, event) {
      switch (event.type) {
        case 'phase':
          // A run that its site has spoilt is made again.
          return event.phase === 'traffic' ? letGo(epoch) : undefined
        case 'fault': {
          const name = nameOf(event)
          return void faults.set(`${epoch}/${event.fault}`, { name, end: began(name) })
        }
        case 'healed':
          return heal(`${epoch}/${event.fault}`)
        case 'breaker-changed': {
          const key = `${epoch}/${event.node}`
          if (event.to === 'closed' || event.to === 'shut-down') breakers.delete(key)
          else breakers.set(key, event.to)
          return
        }
        case 'killed':
          return void breakers.delete(`${epoch}/${event.node}`)
      }
    },
    letGo,
    faults: () => [...new Set([...faults.values()].map(({ name }) => name))],
    breakers() {
      const counts: Record<string, number> = {}
      for (const state of breakers.values()) counts[state] = (counts[state] ?? 0) + 1
      return counts
    },
  }
}
