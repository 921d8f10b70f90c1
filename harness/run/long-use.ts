/**
 * Uses one bus for long while it stays open, in a process of its own and before any other is opened: what it keeps of each message, key, …
 * adds up. Only what it keeps is recorded: the history of so many messages would take more memory than what is looked for.
 */
import type { ResolvedClaims } from '../claims.ts'
import { LONG_USES, type LongUseOf } from '../events/host.ts'
import type { Event } from '../events/kinds.ts'
import type { Command, Host } from '../host/host.ts'
import { isUsedOp, usedOpOf } from '../plan/message.ts'
import { isTaken } from '../plan/outcome.ts'
import { PLAIN_MESSAGE, type Plan, type PlannedFault, type PlannedMessage } from '../plan/plan.ts'
import type { TopicSpec } from '../system-contract.ts'
import { settleWithin, sleep } from '../waiting.ts'
import type { RunEnvironment } from './environment.ts'
import { createOutstanding } from './outstanding.ts'
import { usedTopicOf } from './topics.ts'

const HOST = 'used'
/** The first ones are not judged: see `check/resources/used.ts`. */
const ROUNDS = 6
/** So many publishes at once. */
const BURST = 20
/** Groups are joined and left so many times less often than other things are done. */
const GROUPS_LESS = 5
/** How long a link refuses, ms. */
const FAILING = 200
/** Events that say that the one consumer is a member. */
const MEMBER = 2
/** Between two looks whether everything has settled, ms. */
const LOOK = 5
/** Beyond the claimed bound of a close, ms. */
const CLOSE_MARGIN = 500
/** ms. */
const LONGEST_FETCH = 1_000
/** What has settled may still be cleared up, ms. */
const CALM = 20

/** Lasts until it is healed. */
const REFUSED: PlannedFault = { kind: 'refuse', role: 'publish', direction: 'up', at: 0, lasts: 0, amount: 0 }

interface Use {
  isClaimed(claims: ResolvedClaims): boolean
  /** What is new with each. */
  message?(turn: number): Partial<PlannedMessage>
  /** How long the bus, or the system for it, may keep something of it, ms. Default: no longer than it takes. */
  isKeptFor?(claims: ResolvedClaims): number
}

const always = (): boolean => true

const USES: Readonly<Record<LongUseOf, Use>> = {
  message: { isClaimed: always, message: () => ({}) },
  key: { isClaimed: always, message: (turn) => ({ key: turn + 1 }) },
  id: {
    isClaimed: ({ deduplication }) => deduplication !== undefined,
    message: (turn) => ({ id: turn }),
    isKeptFor: ({ deduplication }) => deduplication?.window ?? 0,
  },
  retry: {
    isClaimed: (claims) => isTaken({ kind: 'throws' }, claims),
    message: () => ({ outcome: { kind: 'throws', times: 1 } }),
  },
  'dead letter': {
    isClaimed: ({ deadLetter }) => deadLetter !== undefined,
    message: () => ({ outcome: { kind: 'permanent' } }),
  },
  abort: { isClaimed: always, message: () => ({ abortAfter: 0 }) },
  failure: { isClaimed: always, message: () => ({}) },
  // A request that a member leaves behind waits at the system until there is something to answer, or it has waited enough.
  group: { isClaimed: always, isKeptFor: () => LONGEST_FETCH },
}

/** In the first round more than a bus may remember. */
function timesOf(of: LongUseOf, round: number, { uses }: Plan, { cache = 0 }: ResolvedClaims): number {
  const times = of === 'group' ? Math.ceil(uses / GROUPS_LESS) : uses
  return round === 0 ? Math.max(times, cache) : times
}

interface Round {
  readonly of: LongUseOf
  readonly round: number
  readonly times: number
  /** Its first message; the next ones follow. Of groups, the number of the first. */
  readonly first: number
}

/** Everything in its order, with the messages that it takes. */
function schedule(
  plan: Plan,
  claims: ResolvedClaims,
): { rounds: readonly Round[]; messages: readonly PlannedMessage[] } {
  const rounds: Round[] = []
  const messages: PlannedMessage[] = []
  for (const of of LONG_USES.filter((one) => USES[one].isClaimed(claims))) {
    let turn = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { message } = USES[of]
      const times = timesOf(of, round, plan, claims)
      rounds.push({ of, round, times, first: message === undefined ? turn : messages.length })
      for (const end = turn + times; turn < end; turn++)
        if (message !== undefined) messages.push({ at: 0, ...PLAIN_MESSAGE, ...message(turn) })
    }
  }
  return { rounds, messages }
}

/** What stays in the history of its node: what becomes of its process, and what is weighed. */
const RECORDED: readonly Event['type'][] = [
  ...(['open', 'opened', 'close', 'closed'] as const),
  ...(['used', 'crashed', 'logged', 'memory', 'stall'] as const),
]

export interface LongUse {
  /** Whether the event is of the traffic of this bus, and so not recorded. */
  takes(event: Event): boolean
  carryOut(run: LongUsing): Promise<void>
}

export interface LongUsing {
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly environment: RunEnvironment
  readonly isAborted: () => boolean
}

export function createLongUse(plan: Plan, claims: ResolvedClaims, prefix: string): LongUse {
  const topic = usedTopicOf(plan, claims, prefix)
  const own = topic === null ? [] : [topic.name, topic.deadLetter]
  const memberships: Event[] = []
  let outstanding = createOutstanding()

  const isOfUse = (event: Event): boolean => {
    if ('node' in event && event.node === HOST) return !RECORDED.includes(event.type)
    if ('op' in event && event.op !== null) return isUsedOp(event.op)
    return 'topic' in event && own.includes(event.topic)
  }
  /** Nothing is outstanding: what came before is forgotten. */
  const forget = (): void => {
    outstanding = createOutstanding()
    for (const event of memberships) outstanding.step(event)
  }

  const carryOutAll = async (run: LongUsing, host: Host, used: TopicSpec): Promise<void> => {
    const { environment, isAborted } = run
    const { rounds, messages } = schedule(plan, claims)
    const until = (): number => environment.now() + claims.recovery.deadline + claims.publish.deadline
    const send = (command: Command): Promise<void> => settleWithin([host.send(command)], claims.recovery.deadline)
    const settled = async (): Promise<boolean> => {
      for (const end = until(); outstanding.count() > 0; await sleep(LOOK))
        if (isAborted() || environment.now() > end) return false
      return true
    }
    const join = { do: 'subscribe', topic: used.name, obeys: true } as const
    const publishAll = async (first: number, times: number): Promise<void> => {
      for (const [index, { abortAfter }] of messages.slice(first, first + times).entries()) {
        const command = { do: 'publish', producer: HOST, topic: used.name, abortAfter } as const
        await host.send({ ...command, op: usedOpOf(first + index) })
      }
    }
    const joinAndLeave = async (first: number, times: number): Promise<void> => {
      for (let turn = first; turn < first + times; turn++) {
        const consumer = `uc${turn}`
        await send({ ...join, consumer, group: `${prefix}${HOST}-${turn}`, from: 'latest' })
        await settled()
        await send({ do: 'unsubscribe', consumer })
        memberships.length = MEMBER
        forget()
      }
    }

    /** Attempts fail while the link refuses, and whatever takes longer than that is done after it. */
    const failing = async (work: () => Promise<void>): Promise<void> => {
      const fault = await environment.links.publish.apply(REFUSED)
      await work()
      await sleep(FAILING)
      await fault.heal()
    }
    const config = { ...environment.config, node: HOST, plan: { ...plan, messages }, claims }
    await send({ do: 'open', config, weighed: 'closely' })
    await send({ ...join, consumer: 'uc', group: `${prefix}${HOST}`, from: 'earliest' })
    for (const { of, round, times, first } of rounds) {
      forget()
      if (of === 'group') await joinAndLeave(first, times)
      else if (of === 'failure') await failing(() => publishAll(first, times))
      else
        for (let done = 0; done < times; done += BURST) {
          await publishAll(first + done, Math.min(BURST, times - done))
          await settled()
        }
      if (!(await settled())) return
      // What is over may be kept until it would have been late.
      await sleep(Math.max(claims.publish.deadline, USES[of].isKeptFor?.(claims) ?? 0))
      const apart = own.map((name) => name === null || environment.forget(name)).every(Boolean)
      await send({ do: 'weigh', as: { type: 'used', of, round, times, apart } })
    }
  }

  return {
    takes(event) {
      if (topic === null || !isOfUse(event)) return false
      if (event.type === 'subscribe' || event.type === 'subscribed') memberships.push(event)
      outstanding.step(event)
      return true
    },
    async carryOut(run) {
      if (topic === null) return
      const host = await run.environment.host(HOST)
      run.environment.keepFlows(false)
      await carryOutAll(run, host, topic)
      const within = claims.close.deadline + CLOSE_MARGIN
      await settleWithin([host.send({ do: 'close', calls: 1, within })], within)
      await sleep(CALM)
      await host.send({ do: 'resources', when: 'after' })
      run.environment.keepFlows(true)
    },
  }
}
