/**
 * Directs one run: traffic as planned, then heal, probes and quiet, then a drain with fresh consumers, then close. It
 * only makes things happen; every judgement is left to the checks.
 */
import { SiteError } from '../certify-options.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { Event } from '../history/event.ts'
import type { Command, Host } from '../host/host.ts'
import type { ActiveFault } from '../link/link.ts'
import type { Plan, PlannedConsumer, PlannedOutage } from '../plan/plan.ts'
import type { Ground } from './ground.ts'
import type { Ledger } from './ledger.ts'
import { timetable } from './timetable.ts'
import { topicsOf } from './topics.ts'

/** Longest wait for the first consumers before traffic begins, ms. */
const JOIN_LIMIT = 5_000
/** Time between two looks at what is outstanding, ms. */
const LOOK = 10
/** After nothing is outstanding, duplicates and late commits still get this long to show, ms. */
const CALM = 60
const PROBE_EVERY = 100
/** Beyond the claimed bound of a close, how long it is waited for before it is left hanging, ms. */
const CLOSE_MARGIN = 500

export interface Direction {
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly ground: Ground
  readonly ledger: Ledger
  readonly record: (event: Event) => void
  readonly signal?: AbortSignal
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function direct(direction: Direction): Promise<void> {
  const { plan, claims, ground, ledger, record } = direction
  const topics = topicsOf(plan, claims, ground.config.prefix).map(({ name }) => name)
  const nodes = Array.from({ length: plan.nodes }, (_, index) => `n${index}`)
  const hosts = new Map<string, Host>()
  const closed = new Set<string>()
  const joining = new Map<string, Promise<void>>()
  const background: Promise<void>[] = []

  const send = async (node: string, command: Command): Promise<void> => {
    const host = hosts.get(node)
    if (host !== undefined) await host.send(command)
  }
  const open = async (node: string): Promise<void> => {
    hosts.set(node, await ground.host(node))
    await settleWithin(
      [send(node, { do: 'open', config: { ...ground.config, node, plan, claims } })],
      claims.recovery.within,
    )
  }
  const nodeOf = (index: number): string => nodes[index % nodes.length] as string
  const topicOf = (index: number): string => topics[index % topics.length] as string
  const liveNodes = (): string[] => nodes.filter((node) => !closed.has(node))

  const join = (consumer: PlannedConsumer, index: number): void => {
    const node = nodeOf(consumer.node)
    if (closed.has(node)) return
    const group = `${ground.config.prefix}g${consumer.group}`
    joining.set(
      `c${index}`,
      send(node, {
        do: 'subscribe',
        consumer: `c${index}`,
        group,
        topic: topicOf(consumer.topic),
        from: consumer.from,
        obeys: true,
      }),
    )
  }
  const leave = async (index: number): Promise<void> => {
    const joined = joining.get(`c${index}`)
    const consumer = plan.consumers[index]
    if (joined === undefined || consumer === undefined) return
    await joined
    await send(nodeOf(consumer.node), { do: 'unsubscribe', consumer: `c${index}` })
  }
  const close = async (node: string, calls: number): Promise<void> => {
    closed.add(node)
    await send(node, { do: 'close', calls, within: claims.close.within + CLOSE_MARGIN })
  }

  const kill = async (node: string): Promise<void> => {
    closed.add(node)
    record({ type: 'killed', at: ground.now(), node })
    await hosts.get(node)?.kill()
  }

  const faults = new Map<number, { active: ActiveFault; heal: (active: ActiveFault) => Promise<void> }>()
  const inject = async (index: number): Promise<void> => {
    const fault = plan.faults[index]
    if (fault === undefined) return
    const { kind, role, direction: way } = fault
    const active = await ground.links[role].apply(fault)
    record({ type: 'fault', at: ground.now(), fault: index, kind, role, direction: way })
    faults.set(index, {
      active,
      heal: async () => {
        const landed = await active.heal()
        record({ type: 'healed', at: ground.now(), fault: index, kind, role, landed })
      },
    })
  }
  const strike = async (index: number, outage: PlannedOutage): Promise<void> => {
    const active = await ground.outage(outage)
    if (active === null) return
    const about = { fault: plan.faults.length + index, kind: outage.kind, role: 'system' } as const
    record({ type: 'fault', at: ground.now(), ...about, direction: 'up' })
    faults.set(about.fault, {
      active,
      heal: async () => {
        const landed = await active.heal()
        record({ type: 'healed', at: ground.now(), ...about, landed })
      },
    })
  }
  const heal = async (index: number): Promise<void> => {
    const fault = faults.get(index)
    faults.delete(index)
    await fault?.heal(fault.active)
  }

  const isAborted = (): boolean => direction.signal?.aborted === true

  const traffic = async (): Promise<void> => {
    const began = ground.now()
    for (const entry of timetable(plan)) {
      if (isAborted()) return
      const pause = began + entry.at - ground.now()
      if (pause > 0) await sleep(pause)
      switch (entry.do) {
        case 'fault':
          await inject(entry.index)
          break
        case 'outage':
          await strike(entry.index, entry.outage)
          break
        case 'heal':
          await heal(entry.index)
          break
        case 'join':
          join(entry.consumer, entry.index)
          break
        case 'leave':
          background.push(leave(entry.index))
          break
        case 'publish': {
          const { producer, topic, abortAfter } = entry.message
          const index = producer % plan.producers
          background.push(
            send(nodeOf(index), {
              do: 'publish',
              op: `m${entry.index}`,
              producer: `p${index}`,
              topic: topicOf(topic),
              abortAfter,
            }),
          )
          break
        }
        case 'kill':
          if (!closed.has(nodeOf(entry.node))) await kill(nodeOf(entry.node))
          break
        case 'close':
          if (!closed.has(nodeOf(entry.close.node))) background.push(close(nodeOf(entry.close.node), entry.close.calls))
          break
      }
    }
  }

  /** Publishes on each live node and topic until one is acknowledged and handled everywhere, or the claimed time is over. */
  const probe = async (node: string, topic: string): Promise<void> => {
    const until = ground.now() + claims.recovery.within
    const sent: string[] = []
    while (!isAborted() && ground.now() < until && !sent.some(ledger.settledEverywhere)) {
      if (!sent.some(ledger.isAcknowledged)) {
        const op = `probe-${node}-${topic.slice(ground.config.prefix.length)}-${sent.length}`
        sent.push(op)
        await send(node, { do: 'publish', op, producer: `probe-${node}`, topic, abortAfter: null })
      }
      await sleep(PROBE_EVERY)
    }
  }

  /** Until nothing is outstanding, or nothing has come forward for as long as recovery may take. */
  const quiet = async (): Promise<void> => {
    const began = ground.now()
    const patience = Math.max(claims.recovery.within, claims.publish.within)
    while (!isAborted() && ledger.outstanding() > 0 && ground.now() - Math.max(began, ledger.lastProgress()) < patience)
      await sleep(LOOK)
    await sleep(CALM)
  }

  const drain = async (): Promise<void> => {
    record({ type: 'phase', at: ground.now(), phase: 'drain' })
    await open('drain')
    const fresh = [
      ...ledger
        .abandonedGroups()
        .flatMap(({ group, topics: read }) => read.map((topic) => ({ group, topic, obeys: true }))),
      ...topics.map((topic) => ({ group: `${ground.config.prefix}drain`, topic, obeys: false })),
    ]
    await settleWithin(
      fresh.map(({ group, topic, obeys }, index) =>
        send('drain', { do: 'subscribe', consumer: `d${index}`, group, topic, from: 'earliest', obeys }),
      ),
      claims.recovery.within,
    )
    await quiet()
  }

  const begin = async (): Promise<void> => {
    await ground.census('baseline')
    for (const node of nodes) await open(node)
    record({ type: 'phase', at: ground.now(), phase: 'traffic' })
    plan.consumers.forEach((consumer, index) => {
      if (consumer.joinAt === 0) join(consumer, index)
    })
    await settleWithin([...joining.values()], JOIN_LIMIT)
  }

  const recover = async (): Promise<void> => {
    for (const index of [...faults.keys()]) await heal(index)
    record({ type: 'phase', at: ground.now(), phase: 'heal' })
    await Promise.all(liveNodes().flatMap((node) => topics.map((topic) => probe(node, topic))))
    await quiet()
  }

  const closeAll = async (): Promise<void> => {
    record({ type: 'phase', at: ground.now(), phase: 'close' })
    const open = [...hosts.keys()].filter((node) => !closed.has(node))
    await Promise.all(open.map((node, index) => close(node, 1 + ((plan.seed + index) % 2))))
    await settleWithin(background, claims.close.within + CLOSE_MARGIN)
    await sleep(CALM)
    for (const node of hosts.keys()) await send(node, { do: 'resources' })
    await ground.census('after')
    await ground.readWitness()
    record({ type: 'end', at: ground.now() })
  }

  try {
    for (const phase of [begin, traffic, recover, drain, closeAll]) {
      if (isAborted()) throw new SiteError('interrupted')
      await phase()
    }
  } finally {
    // After a failure of the site too: the links outlive the run.
    for (const { active } of faults.values()) await active.heal()
  }
}

/** Waits for all, but no longer than `limit` ms: what hangs shows in the history. */
async function settleWithin(work: readonly Promise<void>[], limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([Promise.all(work), late])
  clearTimeout(timer)
}
