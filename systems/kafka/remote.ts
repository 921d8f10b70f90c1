/**
 * A cluster that runs already and speaks Kafka's protocol: Kafka, Redpanda. BUSPROOF_REMOTE_KAFKA names brokers of it. Nothing
 * of it is started, stopped or configured. Its brokers give out their own addresses, so clients must ask `Site.route`.
 *
 * Listeners are plaintext. A run has the topics and groups whose names begin with its prefix, and nothing else is touched.
 */
import { SiteError } from '../../harness/site/program.ts'
import type { RunningSystem, System } from '../../harness/site/system.ts'
import { bootstrapServers, findBrokers } from './bootstrap.ts'
import { createClient } from './client.ts'
import { createRequestReader } from './protocol/produce.ts'
import { prepareRun } from './run.ts'

export const remote: System = {
  name: 'kafka',
  concurrent: true,
  sizes: [],
  async missing() {
    bootstrapServers()
    return null
  },
  async start(): Promise<RunningSystem> {
    const servers = bootstrapServers()
    const { brokers, cluster } = await findBrokers(servers)
    const [first] = brokers
    if (first === undefined) throw new SiteError('Kafka has no node')
    const client = createClient(brokers)
    const kind = cluster?.startsWith('redpanda.') === true ? 'Redpanda' : "Kafka's protocol"
    return {
      version: `${kind}, ${brokers.length} ${brokers.length === 1 ? 'node' : 'nodes'}, running already`,
      canWitness: () => true,
      endpoint: () => ({ host: first.host, port: first.port }),
      gives: brokers.map(({ host, port }) => ({ host, port })),
      sweptBy: { brokers: servers.map(({ host, port }) => `${host}:${port}`).join(',') },
      requestReader: createRequestReader,
      prepare: (run) => prepareRun(client, run),
      async [Symbol.asyncDispose]() {
        client.close()
      },
    }
  },
}
