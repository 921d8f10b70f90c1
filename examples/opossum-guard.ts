/** Opossum's breaker around attempts, configured as its documentation recommends; any version. */
import type CircuitBreaker from 'opossum'
import { counts, type Guard, type MakeGuard } from '../adapters/resilience/index.ts'
import type { BreakerState } from '../harness/adapter.ts'

/** Attempts have a time-out of their own. */
const NO_TIMEOUT = false

export const opossumGuard =
  (Breaker: typeof CircuitBreaker) =>
  (...[{ trip, reset }, onChanged]: Parameters<MakeGuard>): Guard & { reset(): void; shutDown(): void } => {
    if (trip.when !== 'failure-rate') throw new RangeError('opossum opens at a failure rate')
    const breaker = new Breaker((call: () => Promise<unknown>) => call(), {
      timeout: NO_TIMEOUT,
      errorThresholdPercentage: trip.above,
      volumeThreshold: trip.calls,
      rollingCountTimeout: trip.window,
      resetTimeout: reset,
      errorFilter: (error) => !counts(error),
    })
    let state: BreakerState = 'closed'
    const turn = (to: BreakerState) => (): void => {
      onChanged(state, to)
      state = to
    }
    breaker.on('open', turn('open'))
    breaker.on('halfOpen', turn('half-open'))
    breaker.on('close', turn('closed'))
    breaker.on('shutdown', turn('shut-down'))
    return {
      async run<T>(attempt: (ended: () => void) => Promise<T>): Promise<T> {
        let made: Promise<T> | undefined
        await breaker.fire(() => {
          made = attempt(() => undefined)
          return made
        })
        // It has been made, or `fire` would have rejected.
        return made as Promise<T>
      },
      isOpen: () => breaker.opened,
      reset: () => breaker.close(),
      shutDown: () => breaker.shutdown(),
      close: () => breaker.shutdown(),
    }
  }
