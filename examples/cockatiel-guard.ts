/** Cockatiel's breaker around attempts, configured as its documentation recommends; any version. */
import type * as Cockatiel from 'cockatiel'
import { counts, type Guard, type MakeGuard } from '../adapters/resilience/index.ts'
import type { BreakerState } from '../harness/adapter.ts'

export const cockatielGuard =
  ({ ConsecutiveBreaker, circuitBreaker, handleWhen }: typeof Cockatiel) =>
  (...[{ trip, reset }, onChanged]: Parameters<MakeGuard>): Guard & { reset(): void; isolate(): void } => {
    if (trip.when !== 'consecutive-failures') throw new RangeError('this cockatiel breaker counts consecutive failures')
    const breaker = circuitBreaker(handleWhen(counts), {
      halfOpenAfter: reset,
      breaker: new ConsecutiveBreaker(trip.failures),
    })
    let until = 0
    let state: BreakerState = 'closed'
    let forced: { dispose(): void } | null = null
    const turn = (to: BreakerState) => (): void => {
      onChanged(state, to)
      state = to
    }
    // `onStateChange` reports the test call only after it has begun.
    breaker.onBreak((reason) => {
      until = Date.now() + reset
      turn('isolated' in reason ? 'isolated' : 'open')()
    })
    breaker.onHalfOpen(turn('half-open'))
    breaker.onReset(turn('closed'))
    return {
      run: (attempt) => breaker.execute(() => attempt(() => undefined)),
      // Once its time is over, only a call finds out.
      isOpen: () => state === 'open' && Date.now() < until,
      isolate() {
        forced ??= breaker.isolate()
      },
      // It ends what was forced; an open breaker waits for its time.
      reset() {
        forced?.dispose()
        forced = null
      },
      close: () => undefined,
    }
  }
