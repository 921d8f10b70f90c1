/** How a bus is: a look at each of its connections, shared by all who ask at the same time, and its breaker. */
import { type BusHealth, type ComponentHealth, HEALTH_STATUSES, type HealthStatus } from '../../harness/adapter.ts'
import type { ResolvedClaims } from '../../harness/claims.ts'
import { toBusError } from './errors.ts'
import { unlessAborted } from './wait.ts'

/** Something that a bus depends on. */
export interface Component {
  readonly name: string
  /** Rejects if it fails. The signal aborts when the look takes too long, with the reason `timeout`, or when the bus closes. */
  look(signal: AbortSignal): Promise<void>
}

export interface Health {
  check(): Promise<BusHealth>
  /** Ends every look. From now on the bus is unhealthy and not ready. */
  close(): void
}

/** The share of the claimed time that a look may take, so that the answer is in time. */
const A_LOOK = 0.8

export function createHealth(of: {
  readonly claim: NonNullable<ResolvedClaims['health']>
  readonly components: readonly Component[]
  /** Whether the breaker refuses every call now; null if the bus has none. */
  readonly isOpen: (() => boolean) | null
}): Health {
  const { claim, isOpen } = of
  const over = new AbortController()
  const looks = of.components.map((one) => createLook(one, claim, over.signal))

  const breaker = (): readonly ComponentHealth[] => {
    if (isOpen === null) return []
    return [isOpen() ? told('breaker', 'degraded', 'it is open') : told('breaker', 'healthy', 'it lets calls in')]
  }
  const closed = ({ name }: ComponentHealth): ComponentHealth => told(name, 'unhealthy', 'the bus is closed')

  return {
    async check() {
      const looked = await Promise.all(looks.map((look) => look()))
      const all = [...looked, ...breaker()]
      const components = over.signal.aborted ? all.map(closed) : all
      const status = HEALTH_STATUSES.findLast((worst) => components.some((one) => one.status === worst)) ?? 'healthy'
      const isConnected = looked.every((one) => one.status === 'healthy')
      return { status, ready: isConnected && isOpen?.() !== true && !over.signal.aborted, components }
    },
    close: () => over.abort('closed'),
  }
}

const told = (name: string, status: HealthStatus, message: string, at = new Date()): ComponentHealth => ({
  name,
  status,
  message,
  checkedAt: at.toISOString(),
})

/** Looks again unless the last look is young enough or still under way; once it is over, what was seen last stands. */
function createLook(
  { name, look }: Component,
  { timeout, age }: NonNullable<ResolvedClaims['health']>,
  over: AbortSignal,
): () => Promise<ComponentHealth> {
  let last = { seen: told(name, 'unhealthy', 'nobody has looked yet'), until: Number.NEGATIVE_INFINITY }
  let underWay: Promise<ComponentHealth> | null = null

  const see = async (): Promise<ComponentHealth> => {
    const at = new Date()
    const stop = new AbortController()
    const end = (): void => stop.abort(over.reason)
    over.addEventListener('abort', end, { once: true })
    const timer = setTimeout(() => stop.abort('timeout'), Math.floor(timeout * A_LOOK))
    const given = (): never => {
      throw new Error(
        stop.signal.reason === 'timeout' ? `no answer within ${timeout * A_LOOK} ms` : 'the bus is closed',
      )
    }
    try {
      await unlessAborted(look(stop.signal), stop.signal, given)
      return told(name, 'healthy', 'it answers', at)
    } catch (thrown) {
      const isLate = stop.signal.reason === 'timeout'
      return told(name, isLate ? 'degraded' : 'unhealthy', toBusError(thrown).message, at)
    } finally {
      clearTimeout(timer)
      over.removeEventListener('abort', end)
    }
  }

  return async () => {
    if (over.aborted || performance.now() < last.until) return last.seen
    underWay ??= see().finally(() => {
      underWay = null
    })
    const seen = await underWay
    last = { seen, until: performance.now() + age }
    return seen
  }
}
