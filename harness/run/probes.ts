/** After the heal: whether each node works again. */
import type { ResolvedClaims } from '../claims.ts'
import type { Command } from '../host/host.ts'
import { sleep } from '../waiting.ts'
import type { RunEnvironment } from './environment.ts'
import type { Nodes } from './nodes.ts'
import type { Outstanding } from './outstanding.ts'

const PROBE_EVERY = 100

interface Probing {
  readonly claims: ResolvedClaims
  readonly environment: RunEnvironment
  readonly outstanding: Outstanding
  readonly nodes: Nodes
  readonly isAborted: () => boolean
}

/** Has each node publish to each topic, and where rows can be stored with their events, store one. */
export async function probeAll(run: Probing): Promise<void> {
  const live = run.nodes.live()
  const publishing = live.flatMap((node) => run.nodes.topics.map((topic) => probePublish(run, node, topic)))
  const writing = run.claims.write === undefined ? [] : live.map((node, index) => probeWrite(run, node, index))
  await Promise.all([...publishing, ...writing])
}

function probePublish(run: Probing, node: string, topic: string): Promise<void> {
  const name = `probe-${node}-${topic.slice(run.environment.config.prefix.length)}`
  const about = { do: 'publish', producer: `probe-${node}`, topic, abortAfter: null } as const
  return probe(run, node, name, (op) => ({ ...about, op }))
}

/** The event of the row goes to one of the topics, of each node to the next one. */
async function probeWrite(run: Probing, node: string, index: number): Promise<void> {
  const { topics } = run.nodes
  const topic = topics[index % topics.length]
  if (topic === undefined) return
  const name = `probe-row-${node}`
  const about = { do: 'write', producer: name, topic, rollsBack: false } as const
  await probe(run, node, name, (op) => ({ ...about, op }))
}

/** Tries until one is acknowledged and handled everywhere, or the claimed time is over. */
async function probe(
  { claims, environment, outstanding, nodes, isAborted }: Probing,
  node: string,
  name: string,
  commandFor: (op: string) => Command,
): Promise<void> {
  const until = environment.now() + claims.recovery.deadline
  const sent: string[] = []
  while (!isAborted() && environment.now() < until && !sent.some(outstanding.settledEverywhere)) {
    if (!sent.some(outstanding.isAcknowledged)) {
      const op = `${name}-${sent.length}`
      sent.push(op)
      await nodes.send(node, commandFor(op))
    }
    await sleep(PROBE_EVERY)
  }
}
