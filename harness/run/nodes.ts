/** The nodes of one run, and the commands that they receive. */
import { registeredTypes } from '../claims/dispatch-values.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { Event } from '../events/kinds.ts'
import type { Command, CommandOf, Host, TriedKind } from '../host/host.ts'
import { groupOf, opOf } from '../plan/message.ts'
import type { Plan, PlannedConsumer, PlannedMessage } from '../plan/plan.ts'
import { settleWithin } from '../waiting.ts'
import { CLOSE_MARGIN } from './close.ts'
import type { RunEnvironment } from './environment.ts'
import { topicsOf } from './topics.ts'

/** Longest wait for the first consumers before traffic begins, ms. */
const JOIN_LIMIT = 5_000
/** Longest wait for such a call, ms: longer than a host waits for an adapter that reads settings. */
const ASK_LIMIT = 3_000

export interface Nodes {
  /** Names of the topics, in the plan's order. */
  readonly topics: readonly string[]
  /** Names of the plan's nodes that were neither closed nor killed. */
  live(): readonly string[]
  openAll(): Promise<void>
  /** Opens one more than the plan has. */
  open(node: string): Promise<void>
  send(node: string, command: Command): Promise<void>
  join(index: number, consumer: PlannedConsumer): void
  /** Resolves once every consumer that was told to join has, or it has taken too long. */
  joined(): Promise<void>
  leave(index: number): void
  publish(index: number, message: PlannedMessage): void
  kill(node: number): Promise<void>
  close(node: number, calls: number): void
  /** Makes the call at this index of `asksIn` the plan, on the bus of a node. */
  ask(node: number, ask: number): Promise<void>
  /** Closes the nodes that are still open, and waits for all earlier commands. */
  closeAll(): Promise<void>
  /** Hands messages that no bus can take, and a publish that is aborted already, to the first node that is up. */
  tryRefused(): Promise<void>
  /** Publishes and subscribes on each node that has closed. */
  tryClosed(): Promise<void>
  /** Makes each running node report its resources. */
  countCalm(): Promise<void>
  /** Makes each node report the resources that it still holds. */
  count(): Promise<void>
}

export function createNodes(of: {
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly environment: RunEnvironment
  readonly record: (event: Event) => void
  readonly signal?: AbortSignal
}): Nodes {
  const { plan, claims, environment, record, signal } = of
  const topics = topicsOf(plan, claims, environment.config.prefix).map(({ name }) => name)
  const names = Array.from({ length: plan.nodes }, (_, index) => `n${index}`)
  const hosts = new Map<string, Host>()
  const gone = new Set<string>()
  const joining = new Map<number, Promise<void>>()
  const background: Promise<void>[] = []
  const nameOf = (index: number): string => names[index % names.length] as string
  const topicOf = (index: number): string => topics[index % topics.length] as string

  const send = async (node: string, command: Command): Promise<void> => {
    const host = hosts.get(node)
    if (host !== undefined) await host.send(command)
  }
  const open = async (node: string): Promise<void> => {
    hosts.set(node, await environment.host(node))
    const opening = send(node, { do: 'open', config: { ...environment.config, node, plan, claims } })
    await settleWithin([opening], claims.recovery.deadline)
  }
  const close = async (node: string, calls: number, isTried = true): Promise<void> => {
    gone.add(node)
    const closing = send(node, { do: 'close', calls, within: claims.close.deadline + CLOSE_MARGIN })
    await Promise.all([closing, ...(isTried ? [attempt(node, trialsOf(claims, 'closing'))] : [])])
  }
  const leave = async (index: number): Promise<void> => {
    const joined = joining.get(index)
    const consumer = plan.consumers[index]
    if (joined === undefined || consumer === undefined) return
    await joined
    await send(nameOf(consumer.node), { do: 'unsubscribe', consumer: `c${index}` })
  }

  const attempt = (node: string, trials: CommandOf<'try'>['trials']): Promise<void> =>
    send(node, { do: 'try', trials, topic: topicOf(0), within: claims.publish.timeout + CLOSE_MARGIN })

  return {
    topics,
    open,
    send,
    live: () => names.filter((node) => !gone.has(node)),
    async openAll() {
      for (const node of names) if (signal?.aborted !== true) await open(node)
    },
    join(index, { node, group, topic, from }) {
      const on = nameOf(node)
      if (gone.has(on)) return
      const name = { consumer: `c${index}`, group: groupOf(environment.config.prefix, group) }
      const what = { ...name, topic: topicOf(topic), from, ...typesFor(plan, claims, group), obeys: true }
      joining.set(index, send(on, { do: 'subscribe', ...what }))
    },
    joined: () => settleWithin([...joining.values()], JOIN_LIMIT),
    leave: (index) => void background.push(leave(index)),
    publish(index, { producer, topic, abortAfter, row = null }) {
      const by = producer % plan.producers
      const about = { op: opOf(index), producer: `p${by}`, topic: topicOf(topic) }
      const publish = { do: 'publish', ...about, abortAfter } as const
      const command = row === null ? publish : ({ do: 'write', ...about, rollsBack: row === 'rollback' } as const)
      background.push(send(nameOf(by), command))
    },
    async kill(index) {
      const node = nameOf(index)
      if (gone.has(node)) return
      gone.add(node)
      record({ type: 'killed', at: environment.now(), node })
      await hosts.get(node)?.kill()
    },
    close(index, calls) {
      const node = nameOf(index)
      if (!gone.has(node)) background.push(close(node, calls))
    },
    async ask(index, ask) {
      const node = nameOf(index)
      if (!gone.has(node)) await settleWithin([send(node, { do: 'ask', ask, topics })], ASK_LIMIT)
    },
    async closeAll() {
      const open = [...hosts.keys()].filter((node) => !gone.has(node))
      // In the end, one of them is tried for all.
      await Promise.all(open.map((node, index) => close(node, 1 + ((plan.seed + index) % 2), index === 0)))
      await settleWithin(background, claims.close.deadline + CLOSE_MARGIN)
    },
    async tryRefused() {
      const node = names.find((name) => !gone.has(name))
      const bad = claims.envelope === undefined ? [] : (['bad-field'] as const)
      const trials = ['publish-aborted', 'empty-topic', 'control-topic', 'oversize-value', ...bad] as const
      if (node !== undefined) await attempt(node, trials)
    },
    async tryClosed() {
      await Promise.all([...hosts.keys()].map((node) => attempt(node, trialsOf(claims, 'closed'))))
      if (claims.breaker?.manual !== true) return
      await Promise.all([...hosts.keys()].map((node) => attempt(node, ['publish-reset'])))
    },
    async countCalm() {
      for (const node of names) if (!gone.has(node)) await send(node, { do: 'resources', when: 'calm' })
    },
    async count() {
      for (const node of hosts.keys()) await send(node, { do: 'resources', when: 'after' })
    },
  }
}

/** What the group of this index registers. */
export function typesFor(
  { registrations = [] }: Plan,
  { dispatch }: ResolvedClaims,
  group: number,
): { readonly types?: readonly string[] } {
  const registration = registrations.find((one) => one.group === group)
  return dispatch === undefined || registration === undefined
    ? {}
    : { types: registeredTypes(dispatch, registration.types) }
}

/** What a bus is asked for in this state. */
const trialsOf = ({ write }: ResolvedClaims, state: 'closing' | 'closed'): readonly TriedKind[] => [
  `publish-${state}`,
  `subscribe-${state}`,
  ...(write === undefined ? [] : ([`write-${state}`] as const)),
]
