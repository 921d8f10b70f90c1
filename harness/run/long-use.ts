/**
 * Uses one bus for long while it stays open, in a process of its own and before any other is opened: what it keeps of each message,
 * key, … adds up. Only what it keeps is recorded: the history of so many messages would take more memory than what is looked for.
 */
import type { ResolvedClaims } from '../claims.ts'
import { growthWith, mayLeak, quantitiesIn, type Used } from '../events/growth.ts'
import type { LongUseOf } from '../events/host.ts'
import type { Event } from '../events/kinds.ts'
import type { CommandOf, Host } from '../host/host.ts'
import { isUsedOp, USED_NODE, usedOpOf } from '../plan/message.ts'
import type { Plan, PlannedFault, PlannedMessage } from '../plan/plan.ts'
import type { TopicSpec } from '../system-contract.ts'
import { settleWithin, sleep } from '../waiting.ts'
import { closeAndCount } from './close.ts'
import type { RunEnvironment } from './environment.ts'
import { createOutstanding } from './outstanding.ts'
import { usedTopicOf } from './topics.ts'
import { type Round, type Series, schedule } from './uses.ts'

/** So many publishes at once. */
const BURST = 20
/** Rounds in a row that add nothing, after which a series ends: one alone may be a table that shrank. */
const STEADY = 2
/** Between two looks whether everything has settled, ms. */
const LOOK = 5
/** How long a link refuses, ms. */
const REFUSES_FOR = 200

/** Lasts until it is healed. */
const REFUSED: PlannedFault = { kind: 'refuse', role: 'publish', direction: 'up', at: 0, lasts: 0, amount: 0 }

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
  readonly environment: RunEnvironment
  readonly isAborted: () => boolean
}

export function createLongUse(plan: Plan, claims: ResolvedClaims, prefix: string): LongUse {
  const topic = usedTopicOf(plan, claims, prefix)
  if (topic === null) return { takes: () => false, carryOut: () => Promise.resolve() }
  const own: readonly (string | null)[] = [topic.name, topic.deadLetter]
  const seen = createSeen()

  const isOfUse = (event: Event): boolean => {
    if ('node' in event && event.node === USED_NODE) return !RECORDED.includes(event.type)
    if ('op' in event && event.op !== null) return isUsedOp(event.op)
    return 'topic' in event && own.includes(event.topic)
  }

  return {
    takes(event) {
      if (event.type === 'used') seen.weighed.push(event)
      if (!isOfUse(event)) return false
      seen.step(event)
      return true
    },
    async carryOut(run) {
      const { environment } = run
      const { all, messages, lists } = schedule(plan, claims)
      const host = await environment.host(USED_NODE)
      environment.keepFlows(false)
      const config = { ...environment.config, node: USED_NODE, plan: { ...plan, messages, ...lists }, claims }
      await settleWithin([host.send({ do: 'open', config, weighed: 'closely' })], claims.recovery.deadline)
      await useAll({ ...run, host, claims, seen, topic, messages, prefix }, all)
      await closeAndCount(host, claims)
      environment.keepFlows(true)
    },
  }
}

/** What came of the use so far; what is settled is forgotten, or it would be weighed. */
function createSeen() {
  let outstanding = createOutstanding()
  let memberships: readonly Event[] = []
  const seen = {
    weighed: [] as Used[],
    step(event: Event): void {
      if (event.type === 'subscribe' || event.type === 'subscribed') memberships = [...memberships, event]
      // Not every bus reports its dead letters: there is time for them before it is weighed.
      const isRejected = event.type === 'handled' && event.outcome === 'permanent'
      outstanding.step(isRejected ? { ...event, outcome: 'ok' } : event)
    },
    count: (): number => outstanding.count(),
    /** Once nothing is outstanding. `except`: that consumer has left. */
    forget(except?: string): void {
      memberships = memberships.filter((event) => !('consumer' in event) || event.consumer !== except)
      outstanding = createOutstanding()
      for (const event of memberships) outstanding.step(event)
    },
  }
  return seen
}

type Burst = Pick<Round, 'first' | 'times'>

interface Using extends LongUsing {
  readonly host: Host
  readonly claims: ResolvedClaims
  readonly seen: ReturnType<typeof createSeen>
  readonly topic: TopicSpec
  readonly messages: readonly PlannedMessage[]
  readonly prefix: string
}

async function useAll(using: Using, all: readonly Series[]): Promise<void> {
  await join(using, { consumer: 'uc', group: USED_NODE, from: 'earliest' })
  for (const series of all) if (!(await useAgainAndAgain(using, series))) return
}

/** False when something never settles: other clauses speak of that. */
async function useAgainAndAgain(using: Using, { of, isAsked, rounds, isKeptFor }: Series): Promise<boolean> {
  const { host, seen, environment, topic } = using
  seen.weighed = []
  let steady = 0
  for (const { round, ...uses } of rounds) {
    seen.forget()
    await useIn(using, isAsked ? 'ask' : of, uses)
    if (!(await settled(using))) return false
    await sleep(isKeptFor)
    const apart = [topic.name, topic.deadLetter].every((name) => name === null || environment.forget(name))
    await host.send({ do: 'weigh', as: { type: 'used', of, round, times: uses.times, apart } })
    steady = round === 0 || isGrowing(seen.weighed) ? 0 : steady + 1
    if (steady === STEADY) return true
  }
  return true
}

/** Whether anything has grown in the last round by as much as leaks do. */
function isGrowing(weighed: readonly Used[]): boolean {
  const [before, last] = weighed.slice(-2)
  if (before === undefined || last === undefined) return false
  return quantitiesIn(weighed).some((quantity) => mayLeak(quantity, growthWith(quantity, before, last), last))
}

async function useIn(using: Using, of: LongUseOf | 'ask', { first, times }: Burst): Promise<void> {
  if (of === 'group') return await joinAndLeave(using, first, times)
  for (let done = 0; done < times; done += BURST) {
    const burst = { first: first + done, times: Math.min(BURST, times - done) }
    if (of === 'ask') await ask(using, burst)
    else if (of === 'failure') await publishToNobody(using, burst)
    else await publish(using, burst, of === 'write')
    if (!(await settled(using))) return
  }
}

/** Whether everything has, in time. */
async function settled({ claims, environment, seen, isAborted }: Using): Promise<boolean> {
  const until = environment.now() + claims.recovery.deadline + claims.publish.deadline
  for (; seen.count() > 0; await sleep(LOOK)) if (isAborted() || environment.now() > until) return false
  return true
}

async function publish({ host, topic, messages }: Using, { first, times }: Burst, withRow = false): Promise<void> {
  for (let index = first; index < first + times; index++) {
    const about = { op: usedOpOf(index), producer: USED_NODE, topic: topic.name }
    const { abortAfter = null } = messages[index] ?? {}
    await host.send(withRow ? { do: 'write', ...about, rollsBack: false } : { do: 'publish', ...about, abortAfter })
  }
}

async function ask({ host, topic }: Using, { first, times }: Burst): Promise<void> {
  for (let index = first; index < first + times; index++)
    await host.send({ do: 'ask', ask: index, topics: [topic.name] })
}

/** Attempts fail while the link refuses; what takes longer than that may be done after it. */
async function publishToNobody(using: Using, burst: Burst): Promise<void> {
  const fault = await using.environment.links.publish.apply(REFUSED)
  try {
    await publish(using, burst)
    await sleep(REFUSES_FOR)
  } finally {
    await fault.heal()
  }
}

async function joinAndLeave(using: Using, first: number, times: number): Promise<void> {
  const { claims, host, seen } = using
  for (let turn = first; turn < first + times; turn++) {
    const consumer = `uc${turn}`
    await join(using, { consumer, group: `${USED_NODE}-${turn}`, from: 'latest' })
    await settled(using)
    await settleWithin([host.send({ do: 'unsubscribe', consumer })], claims.close.deadline)
    seen.forget(consumer)
  }
}

async function join(
  { host, claims, topic, prefix }: Using,
  { group, ...member }: Pick<CommandOf<'subscribe'>, 'consumer' | 'group' | 'from'>,
): Promise<void> {
  const subscription = { ...member, group: `${prefix}${group}`, topic: topic.name, obeys: true }
  await settleWithin([host.send({ do: 'subscribe', ...subscription })], claims.recovery.deadline)
}
