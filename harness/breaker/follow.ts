/** Calls a breaker as its users do, and compares each answer of one sequence of steps with the machine. */
import type { BreakerState } from '../adapter.ts'
import type { BreakerClaim } from '../claims.ts'
import type { Action, Disagreement } from './explore.ts'
import { type Input, type MachineState, machine, type Way } from './machine.ts'
import { type HeldTime, withHeldTime } from './time.ts'

/** A breaker that guards calls; newly made, it is closed. */
export interface CalledBreaker {
  /**
   * Makes the call and settles as it does, or rejects without making it. While it is half-open it may also let the call
   * wait. A call that fails rejects with an error whose `counts` is false where it was given up or says nothing.
   */
  run(call: () => Promise<void>): Promise<unknown>
  /** By hand, where it can. */
  reset?(): void
  isolate?(): void
  shutDown?(): void
  /** Ends its timers. */
  close?(): void
}

/** `onChanged` must be called for each change of state, in order. */
export type MakeCalledBreaker = (
  claim: BreakerClaim<number>,
  onChanged: (from: BreakerState, to: BreakerState) => void,
) => CalledBreaker

export interface Step {
  readonly action: Action
  /** For the end of a call: which, counted from 1 in the order in which they asked. */
  readonly call: number | null
}

export interface Followed {
  readonly disagreement: Disagreement | null
  /** Calls that were let in and have not ended. */
  readonly inFlight: readonly number[]
}

interface Call {
  readonly name: number
  readonly end: (how: Way) => void
  answer: 'let in' | 'refused' | null
  /** What the machine gave it; null while it waits, and when it was refused. */
  ticket: number | null
}

type Change = readonly [from: BreakerState, to: BreakerState]

const HOUR = 3_600_000

export const inWords = ({ action, call }: Step): string => (call === null ? action : `call ${call}: ${action}`)

/** Takes the steps given, or those that a function of the calls in flight gives until it gives none. */
export const follow = (
  claim: BreakerClaim<number>,
  make: MakeCalledBreaker,
  steps: readonly Step[] | ((inFlight: readonly number[], taken: number) => Step | null),
): Promise<Followed> =>
  withHeldTime(async (time) => {
    const told: Change[] = []
    const breaker = make(claim, (from, to) => void told.push([from, to]))
    const pair = createPair(claim, breaker, told, time)
    try {
      const next = typeof steps === 'function' ? steps : (_: unknown, taken: number) => steps[taken] ?? null
      const taken: string[] = []
      for (let step = next([], 0); step !== null; step = next(pair.inFlight(), taken.length)) {
        taken.push(inWords(step))
        const parted = await pair.take(step)
        if (parted !== null) return { disagreement: { ...parted, steps: taken }, inFlight: pair.inFlight() }
      }
      return { disagreement: null, inFlight: pair.inFlight() }
    } finally {
      breaker.close?.()
    }
  })

interface Parted {
  readonly expected: string
  readonly actual: string
}

function createPair(claim: BreakerClaim<number>, breaker: CalledBreaker, told: Change[], time: HeldTime) {
  let mine: MachineState = machine.initial
  const calls: Call[] = []
  /** It turned half-open when its time was over, before anybody asked, as it may. */
  let early: readonly Change[] = []

  const step = (input: Input<number>): { ticket: number | null; changes: readonly Change[] } => {
    const { state, ticket, changes } = machine.step(claim, mine, input, { monotonic: time.now(), wall: 0 })
    mine = state
    return { ticket, changes }
  }
  const isDue = (): boolean => mine.is === 'open' && time.now() - mine.since >= claim.reset
  const waiting = (): readonly Call[] => calls.filter(({ answer, ticket }) => answer === null && ticket === null)

  /** What calls got that had waited until now, by both. */
  const answered = (waited: readonly Call[]): { expected: Said; actual: Said } => {
    const expected: Said = { answers: [], changes: [] }
    const actual: Said = { answers: [], changes: [] }
    for (const call of waited) {
      if (call.answer === null) continue
      const { ticket, changes } = step({ do: 'ask' })
      call.ticket = ticket
      expected.answers.push(`call ${call.name} ${ticket === null ? 'refused' : 'let in'}`)
      expected.changes.push(...changes)
      actual.answers.push(`call ${call.name} ${call.answer}`)
    }
    return { expected, actual }
  }

  const ask = async (): Promise<Parted | null> => {
    const mayWait = mine.is === 'half-open'
    const { ticket, changes } = step({ do: 'ask' })
    const call = begin(breaker, calls.length + 1)
    calls.push(call)
    await time.settle()
    if (call.answer === null && mayWait && ticket === null) return compare([], [])
    call.ticket = ticket
    const expected = ticket === null ? 'refused' : 'let in'
    return compare(
      [{ answers: [expected], changes: [...changes] }],
      [{ answers: [call.answer ?? 'waits'], changes: [] }],
    )
  }

  const compare = (expected: readonly Said[], actual: readonly Said[], by: 'hand' | 'call' = 'call'): Parted | null => {
    const changes = [...early, ...told.splice(0)]
    early = []
    const mineSaid = say(expected, [])
    const itsSaid = say(actual, by === 'hand' ? joined(changes) : changes)
    return mineSaid === itsSaid ? null : { expected: mineSaid, actual: itsSaid }
  }

  const passTime = async (ms: number): Promise<Parted | null> => {
    const waited = waiting()
    await time.advance(ms)
    await time.settle()
    const [first] = told
    if (told.length === 1 && first?.[0] === 'open' && first[1] === 'half-open' && isDue()) {
      early = told.splice(0)
      return null
    }
    if (told.length === 0 && waited.every(({ answer }) => answer === null)) return null
    const { expected, actual } = answered(waited)
    return compare([expected], [actual])
  }

  const act = async (input: Input<number>, doIt: () => void, by: 'hand' | 'call'): Promise<Parted | null> => {
    const waited = waiting()
    const { changes } = step(input)
    doIt()
    await time.settle()
    const after = answered(waited)
    const done: Said = { answers: ['done'], changes: [...changes] }
    if (early.length > 0 && told.length === 0) return null
    return compare([done, after.expected], [{ answers: ['done'], changes: [] }, after.actual], by)
  }

  return {
    inFlight: (): readonly number[] => calls.filter(({ ticket }) => ticket !== null).map(({ name }) => name),
    async take({ action, call }: Step): Promise<Parted | null> {
      switch (action) {
        case 'ask':
          return await ask()
        case 'almost':
          return await passTime(claim.reset - 1)
        case 'moment':
          return await passTime(1)
        case 'later':
        case 'earlier':
          time.step(action === 'later' ? HOUR : -HOUR)
          return null
        case 'reset':
        case 'isolate':
          return await act({ do: action }, byHand(breaker, action), 'hand')
        case 'shut-down':
          return await act({ do: action }, byHand(breaker, 'shutDown'), 'hand')
        default: {
          const ending = calls.find(({ name, ticket }) => name === call && ticket !== null)
          if (ending?.ticket == null) throw new RangeError(`no call ${call} is in flight`)
          const { ticket } = ending
          ending.ticket = null
          ending.answer = 'let in'
          return await act({ do: 'end', ticket, how: action }, () => ending.end(action), 'call')
        }
      }
    },
  }
}

interface Said {
  readonly answers: string[]
  readonly changes: Change[]
}

const say = (parts: readonly Said[], more: readonly Change[]): string => {
  const changes = [...parts.flatMap((part) => part.changes), ...more]
  const told = changes.map(([from, to]) => `${from} → ${to}`)
  return [...parts.flatMap(({ answers }) => answers), ...told].join(', ') || 'nothing'
}

/** By hand it leaves the state that it was in when its time was over, for both. */
const joined = (changes: readonly Change[]): readonly Change[] => {
  const [first, second, ...rest] = changes
  if (first === undefined || second === undefined || first[1] !== second[0]) return changes
  return [[first[0], second[1]], ...rest]
}

function byHand(breaker: CalledBreaker, name: 'reset' | 'isolate' | 'shutDown'): () => void {
  return () => {
    if (breaker[name] === undefined) throw new RangeError(`this breaker has no ${name}`)
    breaker[name]()
  }
}

/** How a call of each way ends; null: well. */
const ERRORS: Readonly<Record<Way, { readonly message: string; readonly counts: boolean } | null>> = {
  success: null,
  failure: { message: 'it failed', counts: true },
  'time-out': { message: 'it took too long', counts: true },
  ignored: { message: 'it failed in a way that says nothing', counts: false },
  cancelled: { message: 'it was given up', counts: false },
}

function begin(breaker: CalledBreaker, name: number): Call {
  let end = (_how: Way): void => undefined
  const ended = new Promise<void>((resolve, reject) => {
    end = (how) => {
      const error = ERRORS[how]
      if (error === null) resolve()
      else reject(Object.assign(new Error(error.message), { counts: error.counts }))
    }
  })
  const call: Call = { name, end: (how) => end(how), answer: null, ticket: null }
  const guarded = breaker.run(() => {
    call.answer = 'let in'
    return ended
  })
  guarded.catch(() => {
    call.answer ??= 'refused'
  })
  return call
}
