import type { BreakerState } from '../../../harness/adapter.ts'
import type { BreakerClaim } from '../../../harness/claims.ts'

type Input = 'ok' | 'failure' | 'nothing' | 'time' | 'reset' | 'isolate' | 'shut down'

/** What the machine remembers within one state. */
interface Memory {
  failures: number
  successes: number
  inFlight: number
  readonly since: number
}

type Rule = (memory: Memory, claim: BreakerClaim<number>) => BreakerState | null

const stay: Rule = () => null
const go =
  (to: BreakerState): Rule =>
  () =>
    to

const BY_HAND = { isolate: go('isolated'), reset: go('closed'), 'shut down': go('shut-down') } as const
const DEAF = { ok: stay, failure: stay, nothing: stay, time: stay } as const

/** What each input does in each state. */
const RULES: Readonly<Record<BreakerState, Readonly<Record<Input, Rule>>>> = {
  closed: {
    ...DEAF,
    ...BY_HAND,
    reset: (memory) => {
      memory.failures = 0
      return 'closed'
    },
    ok: (memory) => {
      memory.failures = 0
      return null
    },
    failure: (memory, { trip }) => {
      memory.failures += 1
      return trip.when === 'consecutive-failures' && memory.failures >= trip.failures ? 'open' : null
    },
  },
  open: {
    ...DEAF,
    ...BY_HAND,
    time: ({ since }, { reset }) => (performance.now() - since >= reset ? 'half-open' : null),
  },
  'half-open': {
    ...DEAF,
    ...BY_HAND,
    ok: (memory, { halfOpen }) => {
      memory.inFlight -= 1
      memory.successes += 1
      return memory.successes >= halfOpen.closeAfter ? 'closed' : null
    },
    failure: (memory, { halfOpen }) => {
      memory.inFlight -= 1
      memory.failures += 1
      return memory.failures >= halfOpen.reopenOn ? 'open' : null
    },
    nothing: (memory) => {
      memory.inFlight -= 1
      return null
    },
  },
  isolated: { ...DEAF, isolate: stay, reset: go('closed'), 'shut down': go('shut-down') },
  'shut-down': { ...DEAF, isolate: stay, reset: stay, 'shut down': stay },
}

/** How a call that was let in has ended. */
export type Ending = 'ok' | 'failure' | 'nothing'

export class TableBreaker {
  #state: BreakerState = 'closed'
  #memory: Memory = fresh()
  readonly #claim: BreakerClaim<number>
  readonly #changed: (from: BreakerState, to: BreakerState) => void

  constructor(claim: BreakerClaim<number>, changed: (from: BreakerState, to: BreakerState) => void) {
    this.#claim = claim
    this.#changed = changed
  }

  /** Null for a refusal; otherwise tells how the call has ended. */
  letIn(): ((ending: Ending) => void) | null {
    this.input('time')
    const memory = this.#memory
    if (this.#state === 'half-open' && memory.inFlight < this.#claim.halfOpen.permits) memory.inFlight += 1
    else if (this.#state !== 'closed') return null
    return (ending) => {
      // The memory of a state ends with it.
      if (memory === this.#memory) this.input(ending)
    }
  }

  /** Whether a call would certainly be refused. */
  get isShut(): boolean {
    if (this.#state === 'open') return performance.now() - this.#memory.since < this.#claim.reset
    return this.#state === 'isolated' || this.#state === 'shut-down'
  }

  input(input: Input): void {
    const from = this.#state
    const to = RULES[from][input](this.#memory, this.#claim)
    if (to === null) return
    this.#state = to
    this.#memory = fresh()
    if (from !== to) this.#changed(from, to)
  }
}

const fresh = (): Memory => ({ failures: 0, successes: 0, inFlight: 0, since: performance.now() })
