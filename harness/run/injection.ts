/** The faults of one run: each begins and ends at its time, and is recorded once it has ended. */
import type { Event } from '../events/kinds.ts'
import type { ActiveFault } from '../link/link.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunEnvironment } from './environment.ts'

export interface Injection {
  /** Begins the fault of a link; resolves once it acts. */
  fault(index: number): Promise<void>
  /**
   * Begins the outage of a server. Traffic does not wait for it, nor for its end: a server may take seconds to come back,
   * and what clients do meanwhile is what a run is made for.
   */
  outage(index: number): void
  /** Ends what has this number; outages are numbered after the faults. */
  heal(number: number): Promise<void>
  /** Ends everything; resolves when every server serves again. Rejects with what failed since the run began. */
  healAll(): Promise<void>
  /** The same after the run has failed, because links and servers outlive it. Never rejects. */
  abandon(): Promise<void>
}

type About = Pick<Extract<Event, { type: 'fault' }>, 'fault' | 'kind' | 'role'>

export function createInjection(of: {
  readonly plan: Plan
  readonly environment: RunEnvironment
  readonly record: (event: Event) => void
}): Injection {
  const { plan, environment, record } = of
  /** By number, what ends it; null where nothing could begin. */
  const begun = new Map<number, Promise<(() => Promise<void>) | null>>()
  const outages: Promise<unknown>[] = []

  const ending =
    (active: ActiveFault, about: About): (() => Promise<void>) =>
    async () => {
      const landed = await active.heal()
      record({ type: 'healed', at: environment.now(), ...about, landed })
    }
  const watch = (work: Promise<unknown>): void => {
    outages.push(work)
    // Told when everything is healed.
    work.catch(() => undefined)
  }
  const beginFault = async (index: number) => {
    const fault = plan.faults[index]
    if (fault === undefined) return null
    const { kind, role, direction } = fault
    const active = await environment.links[role].apply(fault)
    record({ type: 'fault', at: environment.now(), fault: index, kind, role, direction })
    return ending(active, { fault: index, kind, role })
  }
  const beginOutage = async (index: number) => {
    const outage = plan.outages[index]
    if (outage === undefined) return null
    const at = environment.now()
    const active = await environment.outage(outage)
    if (active === null) return null
    const about = { fault: plan.faults.length + index, kind: outage.kind, role: 'system' } as const
    // Some take a while to be complete, and may be felt before they are.
    record({ type: 'fault', at, ...about, direction: 'up' })
    return ending(active, about)
  }
  const end = async (number: number): Promise<void> => {
    const found = begun.get(number)
    begun.delete(number)
    await (await found)?.()
  }
  const isOutage = (number: number): boolean => number >= plan.faults.length
  const heal = async (number: number): Promise<void> => {
    const ended = end(number)
    if (isOutage(number)) watch(ended)
    else await ended
  }

  return {
    async fault(index) {
      const beginning = beginFault(index)
      begun.set(index, beginning)
      await beginning
    },
    outage(index) {
      const beginning = beginOutage(index)
      begun.set(plan.faults.length + index, beginning)
      watch(beginning)
    },
    heal,
    async healAll() {
      for (const number of [...begun.keys()]) await heal(number)
      await Promise.all(outages)
    },
    async abandon() {
      // The cause of the failed run is reported already; this cannot be added.
      await Promise.allSettled([...begun.keys()].map(end))
      await Promise.allSettled(outages)
    },
  }
}
