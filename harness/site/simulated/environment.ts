/** Prepares the simulated site for a run: links, system and nodes in virtual time, all in this thread. */
import { type BusAdapter, ROLES, type Role, type Wire } from '../../adapter.ts'
import type { Event } from '../../events/kinds.ts'
import { createRedactor } from '../../history/redact.ts'
import { noNetwork } from '../../host/dial.ts'
import { createDriver } from '../../host/driver.ts'
import { HANDLER_CANARY } from '../../host/handlers.ts'
import type { Host } from '../../host/host.ts'
import { createListenerOwners, type OwnersByKind, ofMore, placeOf } from '../../host/owners.ts'
import type { Lacks } from '../../lacks.ts'
import type { ActiveFault } from '../../link/link.ts'
import {
  HEADER_CANARY_NAME,
  headerCanary,
  headerNames,
  PAYLOAD_CANARY_NAME,
  payloadCanary,
} from '../../plan/message.ts'
import { createRandom, hashString } from '../../random.ts'
import type { PrepareEnvironment } from '../../run/environment.ts'
import { allTopicsOf } from '../../run/topics.ts'
import { isOfLongUse, storedEvent } from '../../run/witnessing.ts'
import type { SimulatedSystem, WitnessEvent } from '../../system-contract.ts'
import { SERVER } from '../../virtual-clock.ts'
import { createOutages } from '../outages.ts'
import { watchLinks } from '../watched-links.ts'
import { SimulatedLink } from './network.ts'
import type { VirtualTime } from './patch.ts'

export interface SimulatedSite {
  readonly time: VirtualTime
  readonly adapter: BusAdapter
  /** The place of its module. */
  readonly where: string
  readonly system: SimulatedSystem
  /** What the system lacks. */
  readonly lacks: Lacks
}

/** Without a network nothing outside the bus can see its messages. */
export const witnessWithout = ({ network }: Lacks): 'live' | 'none' => (network === undefined ? 'live' : 'none')

export function simulatedEnvironment({ time, adapter, where, system, lacks }: SimulatedSite): PrepareEnvironment {
  return ({ plan, claims, header, record: write }) => {
    const random = createRandom(plan.seed)
    time.seed(random)
    const now = (): number => Math.round(time.clock.now * 1000) / 1000
    const secret = `canary-token-${hashString(`token/${plan.seed}`).toString(16)}`
    const canaries = {
      token: secret,
      [PAYLOAD_CANARY_NAME]: payloadCanary(plan.seed),
      [HEADER_CANARY_NAME]: headerCanary(plan.seed),
      [HANDLER_CANARY]: `canary-dsn-${hashString(`dsn/${plan.seed}`).toString(16)}`,
    }
    const redact = createRedactor(canaries)
    const topics = allTopicsOf(plan, claims, header.prefix)
    const names = headerNames(plan, claims)
    const record = (event: Event): void => {
      watched.step(event)
      write(event)
    }
    const witness = (event: WitnessEvent): void => {
      if (event.type === 'stored' && isOfLongUse(event.message)) return
      record(
        witnessed(event, now(), (message) =>
          storedEvent(message, { topics, headerNames: names, claims, redact, at: now() }),
        ),
      )
    }
    const running = system.start({ topics, random, witness, secret })
    const inServer = owned(time, SERVER)
    const accept = (role: Role, wire: Wire): void =>
      running.accept(role, {
        ...wire,
        onData: (listener) => wire.onData(inServer(listener)),
        onClosed: (listener) => wire.onClosed(inServer(listener)),
      })
    const links = Object.fromEntries(
      ROLES.map((role) => [role, new SimulatedLink(role, time.clock, random, (wire) => accept(role, wire))]),
    ) as Record<Role, SimulatedLink>
    const watched = watchLinks(links, { now, record })
    const open = (): number => openConnections(links)
    const outages = createOutages({ system: running, first: 0, connections: open })
    const timersBefore = time.clock.pending()
    const listenerOwners = createListenerOwners()
    let before: Readonly<Record<string, number>> = {}
    const dying = new Set<Promise<void>>()

    return Promise.resolve({
      links: watched.links,
      config: { prefix: header.prefix, credentials: running.credentials, canaries, addresses: {}, epoch: 0 },
      outage: (planned) =>
        planned.kind === 'clock-step' ? Promise.resolve(stepClock(time, open())) : outages(planned),
      poison: (topic, value) => Promise.resolve(running.poison?.(topic, value) ?? null),
      keepFlows: watched.keepFlows,
      forget(topic) {
        running.forget?.(topic)
        time.clock.tidy()
        return running.forget !== undefined
      },
      now,
      host: (node) => Promise.resolve(simulatedHost({ adapter, where, links, lacks, time, record, node, dying })),
      census(when) {
        // After the run only what the adapters left can still be pending: the harness sleeps on no timer here. Timers
        // that a node's work set are counted with the node.
        const counts =
          when === 'baseline' ? { timers: timersBefore, sockets: 0 } : { timers: time.clock.pending(), sockets: open() }
        // The process of a killed node would have taken its listeners with it; here they stay until it has closed.
        const listeners = dying.size > 0 ? {} : { 'process listeners': processListeners() }
        const all = { ...counts, ...listeners }
        if (when === 'baseline') {
          before = all
          listenerOwners.mark()
        }
        const owners = ofMore(
          {
            timers: time.clock.origins().map(placeOf),
            sockets: ROLES.flatMap((role) => Array(links[role].connections()).fill(`to the ${role} link`)),
            'process listeners': listenerOwners.found().map(redact),
          },
          all,
          before,
        )
        record({ type: 'resources', at: now(), owner: 'all nodes', when, counts: all, ...named(owners) })
        if (lacks.network !== undefined) return Promise.resolve()
        // Its sessions are the sockets, but for the bytes that are still under way to it.
        const { members = 0 } = running.resources()
        const holders = when === 'after' && members > 0 ? (running.owners?.() ?? {}) : {}
        record({ type: 'resources', at: now(), owner: 'server', when, counts: { members }, ...named(holders) })
        return Promise.resolve()
      },
      async readWitness() {
        const rows = claims.write === undefined ? undefined : running.rows?.()
        if (rows !== undefined) record({ type: 'rows', at: now(), rows })
        if (lacks.network === undefined) watched.conclude()
      },
      async [Symbol.asyncDispose]() {
        running.stop()
        for (const link of Object.values(links)) await link[Symbol.asyncDispose]()
      },
    })
  }
}

/** An hour: more than any figure of a claim. */
const STEP = 3_600_000

/** Affects all connections that are open when it begins. */
function stepClock({ clock }: VirtualTime, connections: number): ActiveFault {
  clock.ahead += STEP
  return {
    heal() {
      clock.ahead -= STEP
      return Promise.resolve({ connections, bytes: 0 })
    },
  }
}

const named = (owners: OwnersByKind): { owners?: OwnersByKind } => (Object.keys(owners).length === 0 ? {} : { owners })

const openConnections = (links: Record<Role, SimulatedLink>): number =>
  Object.values(links).reduce((sum, link) => sum + link.connections(), 0)

const processListeners = (): number =>
  process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0)

/** The longest time that a timer takes, ms. */
const FOR_EVER = 2_147_483_647

/** Work that the network causes belongs to the receiver. */
const owned =
  (time: VirtualTime, owner: string) =>
  <A extends unknown[]>(listener: (...args: A) => void): ((...args: A) => void) =>
  (...args) =>
    time.as(owner, () => listener(...args))

interface SimulatedNode {
  readonly adapter: BusAdapter
  readonly where: string
  readonly links: Record<Role, SimulatedLink>
  readonly lacks: Lacks
  readonly time: VirtualTime
  readonly record: (event: Event) => void
  readonly node: string
  /** Killed nodes of the run whose remains have not closed yet. */
  readonly dying: Set<Promise<void>>
}

function simulatedHost({ adapter, where, links, lacks, time, record, node, dying }: SimulatedNode): Host {
  const inNode = owned(time, node)
  let sockets = 0
  let isDead = false
  const wires = new Map<Wire, Role>()
  const driver = createDriver({
    adapter,
    where,
    emit: (event) => {
      if (!isDead) record(event)
    },
    now: () => time.clock.now,
    warmUp: false,
    owners: {
      mark: () => undefined,
      found: () => ({
        timers: time.clock.origins(node).map(placeOf),
        sockets: [...wires.values()].map((role) => `to the ${role} link`),
      }),
    },
    census: () => ({ sockets, timers: time.clock.pending(node) }),
    async dial(role) {
      if (lacks.network !== undefined) throw noNetwork(role)
      if (isDead) throw new Error('this process is dead')
      const wire = await links[role].dial()
      sockets += 1
      wires.set(wire, role)
      if (isDead) wire.destroy()
      const gone = (): void => {
        if (wires.delete(wire)) sockets -= 1
      }
      wire.onClosed(gone)
      return {
        ...wire,
        onData: (listener) => wire.onData(inNode(listener)),
        onClosed: (listener) =>
          wire.onClosed((error) => {
            gone()
            time.as(node, () => listener(error))
          }),
      }
    },
  })
  return {
    send: async (command) => {
      if (!isDead) await time.as(node, () => driver.handle(command))
    },
    kill() {
      isDead = true
      for (const wire of wires.keys()) wire.destroy()
      // What is left of it in this thread must stop: its network is gone, and it can report nothing any more.
      const remains = time
        .as(node, () => driver.handle({ do: 'close', calls: 1, within: FOR_EVER }))
        .catch(() => undefined)
      dying.add(remains)
      void remains.then(() => dying.delete(remains))
      return Promise.resolve()
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function witnessed(
  event: WitnessEvent,
  at: number,
  stored: (message: Extract<WitnessEvent, { type: 'stored' }>['message']) => Event,
): Event {
  switch (event.type) {
    case 'received':
      return { ...event, at }
    case 'stored':
      return stored(event.message)
    case 'position':
      return { type: 'position', at, ...event.committed }
  }
}
