/** Health checks, and what a bus answers. */
import type { BusHealth, ComponentHealth } from '../../../adapter.ts'
import type { SeenError } from '../../../events/parts.ts'
import { type Happening, NODE } from './basis.case.ts'

/** Where the wall clock stood when the run began, ms since 1970. */
const BEGAN = Date.UTC(2026, 0, 31)

/** A component that was looked at `at`, ms of the run. */
export const component = (
  at: number,
  name = 'publish',
  status: ComponentHealth['status'] = 'healthy',
): ComponentHealth => ({ name, status, message: `it is ${status}`, checkedAt: new Date(BEGAN + at).toISOString() })

export const well = (at: number, changes: Partial<BusHealth> = {}): BusHealth => ({
  status: 'healthy',
  ready: true,
  components: [component(at)],
  ...changes,
})
export const ill = (at: number, status: 'degraded' | 'unhealthy' = 'unhealthy', ready = false): BusHealth => ({
  status,
  ready,
  components: [component(at, 'publish', status)],
})

/** Asked at `at`, and answered `takes` ms later; never if that is null. */
export const asked = (
  at: number,
  met: BusHealth | SeenError,
  { takes = 0, node = NODE }: { readonly takes?: number | null; readonly node?: string } = {},
): Happening => {
  const check = `health-${node}-${at}`
  const question = { type: 'health-check', at, node, check } as const
  if (takes === null) return [question]
  const answer = 'code' in met ? { health: null, error: met } : { health: met }
  return [question, { type: 'health-checked', at: at + takes, node, check, ...answer }]
}
