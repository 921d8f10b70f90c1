/** Opens, uses and closes a bus again and again in one process of its own: what it keeps each time adds up. */
import type { ResolvedClaims } from '../claims.ts'
import type { Command, Host } from '../host/host.ts'
import type { Lacks } from '../lacks.ts'
import type { Plan } from '../plan/plan.ts'
import { settleWithin, sleep } from '../waiting.ts'
import { CLOSE_MARGIN, closeAndCount } from './close.ts'
import type { RunEnvironment } from './environment.ts'
import type { Nodes } from './nodes.ts'
import type { Outstanding } from './outstanding.ts'

const HOST = 'cycles'
const MESSAGES = 2
/** Between two looks whether the messages have been handled, ms. */
const LOOK = 5

export interface Cycles {
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly lacks: Lacks
  readonly environment: RunEnvironment
  readonly outstanding: Outstanding
  readonly nodes: Pick<Nodes, 'topics'>
  readonly isAborted: () => boolean
}

export async function carryOutCycles(run: Cycles): Promise<void> {
  if (run.plan.cycles === 0) return
  const host = await run.environment.host(HOST)
  for (let cycle = 0; cycle < run.plan.cycles && !run.isAborted(); cycle++) await carryOutOne(run, host, cycle)
}

async function carryOutOne(
  { plan, claims, lacks, environment, outstanding, nodes, isAborted }: Cycles,
  host: Host,
  cycle: number,
): Promise<void> {
  const node = `${HOST}-${cycle}`
  // Without a network each of these buses is one by itself, and what goes on in it is nothing to any other.
  const topic = lacks.network === undefined ? nodes.topics[0] : `${environment.config.prefix}${node}`
  if (topic === undefined) return
  const consumer = `y${cycle}`
  const send = (command: Command, within: number): Promise<void> => settleWithin([host.send(command)], within)
  await send(
    { do: 'open', config: { ...environment.config, node, plan, claims }, weighed: 'roughly' },
    claims.recovery.deadline,
  )
  const group = `${environment.config.prefix}${HOST}`
  const subscription = { consumer, group, topic, from: 'earliest', obeys: false } as const
  await send({ do: 'subscribe', ...subscription }, claims.recovery.deadline)
  const ops = Array.from({ length: MESSAGES }, (_, index) => `${node}-${index}`)
  for (const op of ops) await host.send({ do: 'publish', op, producer: HOST, topic, abortAfter: null })
  const until = environment.now() + claims.recovery.deadline
  while (!isAborted() && environment.now() < until && !ops.every(outstanding.settledEverywhere)) await sleep(LOOK)
  await host.send({ do: 'measure' })
  // Now the consumer is closed first, now the bus closes it.
  if (cycle % 2 === 1) await send({ do: 'unsubscribe', consumer }, claims.close.deadline + CLOSE_MARGIN)
  await closeAndCount(host, claims)
  // One-time set-up that a process keeps is not a leak.
  if (cycle >= plan.cycles / 2) await host.send({ do: 'weigh', as: { type: 'cycle', cycle } })
}
