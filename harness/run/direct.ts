/**
 * Directs one run: traffic as planned, then heal, probes and quiet, then a drain with fresh consumers, then close. It
 * only makes things happen; every judgement is left to the checks.
 */

import { WINDOWS_TO_FORGET } from '../breaker/tally.ts'
import type { ResolvedClaims } from '../claims.ts'
import { SiteError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import type { Lacks } from '../lacks.ts'
import { groupIndexIn } from '../plan/message.ts'
import { mayReject } from '../plan/outcome.ts'
import type { Plan } from '../plan/plan.ts'
import { settleWithin, sleep } from '../waiting.ts'
import { carryOutCycles } from './cycles.ts'
import type { RunEnvironment } from './environment.ts'
import { createInjection, type Injection } from './injection.ts'
import type { LongUse } from './long-use.ts'
import { createNodes, type Nodes, typesFor } from './nodes.ts'
import type { Outstanding } from './outstanding.ts'
import { createPoisons, type Poisons } from './poison.ts'
import { probeAll } from './probes.ts'
import { topicsOf } from './topics.ts'
import { carryOut } from './traffic.ts'

/** Time between two looks at what is outstanding, ms. */
const LOOK = 10
/** After nothing is outstanding, duplicates and late commits still get this long to show, ms. */
const CALM = 60
/** How long a consumer of dead letters gets, ms. */
const READ_LETTERS = 500

export interface Direction {
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly lacks: Lacks
  readonly environment: RunEnvironment
  readonly outstanding: Outstanding
  readonly longUse: LongUse
  /** The longest that traffic may rest, ms. */
  readonly longestRest: number
  readonly record: (event: Event) => void
  /** The traffic waits for it. */
  readonly beforeTraffic?: () => Promise<void>
  readonly signal?: AbortSignal
}

interface Run extends Direction {
  readonly nodes: Nodes
  readonly injection: Injection
  readonly poisons: Poisons
  readonly isAborted: () => boolean
}

export async function direct(direction: Direction): Promise<void> {
  const isAborted = (): boolean => direction.signal?.aborted === true
  const nodes = createNodes(direction)
  const poisons = createPoisons({ ...direction, nodes })
  const run = { ...direction, nodes, poisons, injection: createInjection(direction), isAborted }
  try {
    for (const phase of [begin, traffic, recover, redriveAll, drain, closeAll]) {
      if (isAborted()) throw new SiteError('interrupted')
      await phase(run)
    }
    // Nodes may have been ended under the last phase, which then says nothing.
    if (isAborted()) throw new SiteError('interrupted')
  } finally {
    await run.injection.abandon()
  }
}

async function begin(run: Run): Promise<void> {
  const { plan, environment, longUse, nodes, record } = run
  await environment.census('baseline')
  await longUse.carryOut(run)
  await nodes.openAll()
  record({ type: 'phase', at: environment.now(), phase: 'traffic' })
  plan.consumers.forEach((consumer, index) => {
    if (consumer.joinAt === 0) nodes.join(index, consumer)
  })
  await nodes.joined()
  await carryOutCycles(run)
  await nodes.tryRefused()
}

async function traffic(run: Run): Promise<void> {
  await run.beforeTraffic?.()
  if (run.isAborted()) return
  await carryOut(run.plan, { ...run, now: run.environment.now, rest: restOf(run), poison: run.poisons.store })
}

/** Until a breaker by failure rate has forgotten what was before. */
function restOf({ claims: { breaker }, longestRest }: Run): number {
  const window = breaker?.trip.when === 'failure-rate' ? breaker.trip.window : 0
  const rest = window * WINDOWS_TO_FORGET
  return rest <= longestRest ? rest : 0
}

async function recover(run: Run): Promise<void> {
  const { environment, nodes, injection, poisons, record } = run
  await injection.healAll()
  await poisons.stored()
  record({ type: 'phase', at: environment.now(), phase: 'heal' })
  await probeAll(run)
  await quiet(run)
  await nodes.countCalm()
}

/** Until nothing is outstanding, or nothing has come forward for as long as recovery may take. */
async function quiet({ claims, environment, outstanding, isAborted }: Run): Promise<void> {
  const began = environment.now()
  const patience = Math.max(claims.recovery.deadline, claims.publish.deadline)
  while (
    !isAborted() &&
    outstanding.count() > 0 &&
    environment.now() - Math.max(began, outstanding.lastProgress()) < patience
  )
    await sleep(LOOK)
  await sleep(CALM)
}

/**
 * Where redriving is claimed: has one node publish again all dead letters, but for those of a topic that was redriven in traffic, and
 * lets a consumer that fails read them.
 */
async function redriveAll({ plan, claims, environment, nodes }: Run): Promise<void> {
  const [node] = nodes.live()
  const some = plan.messages.some(({ outcome }) => mayReject(outcome))
  if (claims.redrive === undefined || node === undefined || !some) return
  const topics = topicsOf(plan, claims, environment.config.prefix)
  const [inTraffic] = plan.redrives ?? []
  const redrives = topics.flatMap(({ name }, index) =>
    inTraffic !== undefined && inTraffic.topic % topics.length === index
      ? []
      : nodes.send(node, { do: 'redrive', redrive: `redrive-${index}`, topic: name }),
  )
  await settleWithin(redrives, claims.recovery.deadline)
  const letters = new Set(topics.flatMap(({ deadLetter }) => (deadLetter === null ? [] : [deadLetter])))
  const reading = [...letters].map((topic, index) => {
    const member = { consumer: `letters${index}`, group: `${environment.config.prefix}letters` }
    return nodes.send(node, { do: 'subscribe', ...member, topic, from: 'earliest', obeys: true })
  })
  await settleWithin(reading, claims.recovery.deadline)
  if (letters.size > 0) await sleep(READ_LETTERS)
}

/** A chaos run's epoch may hold more messages than one member soon reads; these share those of a topic. */
const READ_BY_ONE = 500
const MOST_READERS = 6

function readersOf({ plan: { topics, messages }, lacks }: Run, index: number): number {
  if (lacks.groupMembership !== undefined) return 1
  const { partitions = 1 } = topics[index % topics.length] ?? {}
  return Math.max(1, Math.min(partitions, MOST_READERS, Math.ceil(messages.length / topics.length / READ_BY_ONE)))
}

async function drain(run: Run): Promise<void> {
  const { claims, lacks, environment, outstanding, nodes, record } = run
  record({ type: 'phase', at: environment.now(), phase: 'drain' })
  const node = await drainNode(run)
  const ending = [...nodes.live(), ...(node === null ? [] : [node])].map((one) => nodes.send(one, { do: 'wind-down' }))
  // What handlers published after the drain could reach nobody.
  await settleWithin(ending, claims.recovery.deadline)
  const groups = lacks.groupMembership === undefined ? outstanding.abandonedGroups() : []
  const left = groups.flatMap(({ group, topics }) => topics.map((topic) => ({ group, topic })))
  // What was consumed is gone where there is no log.
  const read = lacks.storedLog === undefined ? nodes.topics : []
  const fresh = [
    ...left.map((one) => {
      const index = groupIndexIn(environment.config.prefix, one.group)
      return { ...one, obeys: true, ...(index === null ? {} : typesFor(run.plan, claims, index)) }
    }),
    ...read.flatMap((topic, index) =>
      Array.from({ length: readersOf(run, index) }, () => ({
        group: `${environment.config.prefix}drain`,
        topic,
        obeys: false,
      })),
    ),
  ]
  const joining =
    node === null
      ? []
      : fresh.map((one, index) =>
          nodes.send(node, { do: 'subscribe', consumer: `d${index}`, ...one, from: 'earliest' }),
        )
  await settleWithin(joining, claims.recovery.deadline)
  await quiet(run)
}

/** A new node; where the bus lives in one process, one that is up, and null where none is. */
async function drainNode({ lacks, nodes }: Run): Promise<string | null> {
  if (lacks.network !== undefined) return nodes.live()[0] ?? null
  await nodes.open('drain')
  return 'drain'
}

async function closeAll({ environment, nodes, record }: Run): Promise<void> {
  record({ type: 'phase', at: environment.now(), phase: 'close' })
  await nodes.closeAll()
  await nodes.tryClosed()
  await sleep(CALM)
  await nodes.count()
  await environment.census('after')
  await environment.readWitness()
  record({ type: 'end', at: environment.now() })
}
