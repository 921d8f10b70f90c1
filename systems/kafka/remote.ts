/**
 * A cluster that runs already and speaks Kafka's protocol: Kafka, Redpanda. BUSPROOF_REMOTE_KAFKA names brokers of it. Nothing
 * of it is started, stopped or configured. Its brokers give out their own addresses, so clients must ask `Site.route`.
 *
 * Listeners are plaintext. A run has the topics and groups whose names begin with its prefix, and nothing else is touched.
 */
import { SiteError } from '../../harness/errors.ts'
import type { Endpoint, RunningSystem, System } from '../../harness/system-contract.ts'
import { bootstrapServers, type Found, findBrokers } from './bootstrap.ts'
import { createClient, type KafkaClient } from './client.ts'
import { createRequestReader } from './protocol/produce.ts'
import { prepareRun } from './run.ts'
import { leastSession } from './sessions.ts'
import { sweep } from './sweep.ts'

export const remote: System = {
  contract: 2,
  name: 'kafka',
  concurrent: true,
  sizes: [],
  sweep,
  async missing() {
    bootstrapServers()
    return null
  },
  async identify() {
    const { cluster } = await findBrokers(bootstrapServers())
    return cluster
  },
  async start() {
    const servers = bootstrapServers()
    const found = await findBrokers(servers)
    const client = createClient(found.brokers)
    try {
      return runningAt(client, { ...found, servers, session: await leastSession(client) })
    } catch (error) {
      client.close()
      throw error
    }
  },
}

interface Known extends Found {
  readonly servers: readonly Endpoint[]
  /** The least session of a member that it takes, ms. */
  readonly session: number
}

function runningAt(client: KafkaClient, { brokers, cluster, servers, session }: Known): RunningSystem {
  const endpoints = brokers.map(({ host, port }) => ({ host, port }))
  const kind = cluster?.startsWith('redpanda.') === true ? 'Redpanda' : "Kafka's protocol"
  return {
    version: `${kind}, ${endpoints.length} ${endpoints.length === 1 ? 'broker' : 'brokers'}, running already`,
    canWitness: () => true,
    endpoint() {
      const [first] = endpoints
      if (first === undefined) throw new SiteError('Kafka has no broker')
      return first
    },
    advertisedEndpoints: endpoints,
    sweptBy: { brokers: servers.map(({ host, port }) => `${host}:${port}`).join(',') },
    minimums: leastFigures(session),
    requestReader: createRequestReader,
    prepare: (run) => prepareRun(client, run),
    async [Symbol.asyncDispose]() {
      client.close()
    },
  }
}

/** What claims speak of is fast enough for sessions of this length, ms. */
const SHORT = 2_000

/** A member that is cut off costs the group a session or two before it deals anew, so recovery takes longer by these. */
const leastFigures = (session: number): Readonly<Record<string, number>> =>
  session <= SHORT
    ? { 'consume.session': session }
    : { 'consume.session': session, 'recovery.deadline': 15_000 + 2 * (session - SHORT) }
