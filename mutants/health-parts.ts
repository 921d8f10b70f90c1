/** What mutants do to the health that a bus tells. */
import { type Bus, type BusHealth, type ComponentHealth, HEALTH_STATUSES } from '../harness/adapter.ts'

/** The same bus, which tells something else in place of what it would tell. */
export const tellingHealth =
  (change: (told: BusHealth) => BusHealth) =>
  (bus: Bus): Bus => ({
    ...bus,
    async health() {
      const told = await bus.health?.()
      if (told === undefined) throw new Error('a bus that is to tell something else tells its health')
      return change(told)
    },
  })

export const isClosed = ({ components }: BusHealth): boolean =>
  components.every(({ message }) => message === 'the bus is closed')

/** The same with other components, which decide everything else. */
export const withComponents = (told: BusHealth, change: (one: ComponentHealth) => ComponentHealth): BusHealth => {
  const components = told.components.map(change)
  const status = HEALTH_STATUSES.findLast((worst) => components.some((one) => one.status === worst)) ?? 'healthy'
  return { status, ready: status === 'healthy', components }
}
