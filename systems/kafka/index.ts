/**
 * Apache Kafka in KRaft mode, real, on loopback: one node, or three of which one may be gone.
 *
 * Each node has a listener for each role (PUBLISH, CONSUME, DEADLETTER), advertised as its own link, so that every
 * connection of a role goes through that role's links; INTERNAL, for the nodes among themselves and the witness, which no
 * fault touches; and CONTROLLER. Listeners are plaintext, and there are no credentials.
 *
 * A run has the topics and groups whose names begin with its prefix. The witness speaks Kafka's protocol by itself. It
 * reads what is stored up to the high watermark, transactions that are open or were aborted too, but no control records.
 */
import { SiteError } from '../../harness/site/program.ts'
import type { System } from '../../harness/site/system.ts'
import { ledPartitions, persist } from './client.ts'
import { startCluster } from './cluster.ts'
import { findKafka } from './find.ts'
import { check, LEADER_UNAVAILABLE } from './protocol/errors.ts'
import { createRequestReader } from './protocol/produce.ts'
import { prepareRun } from './run.ts'

const LEADER_WITHIN = 20_000

const kafka: System = {
  name: 'kafka',
  concurrent: false,
  sizes: [1, 3],
  async missing() {
    const found = await findKafka()
    return 'missing' in found ? found.missing : null
  },
  async start({ folder, nodes: count = 1, advertise = (_role, _node, target) => Promise.resolve(target) }) {
    const found = await findKafka()
    if ('missing' in found) throw new SiteError(found.missing)
    const { installed } = found
    const { addresses, nodes, client, ...cluster } = await startCluster({ count, folder, advertise, installed })
    return {
      version: `Apache Kafka ${installed.version}`,
      canWitness: () => true,
      endpoint(role) {
        const [first] = addresses
        if (first === undefined) throw new SiteError('Kafka has no node')
        return first.roles[role]
      },
      requestReader: createRequestReader,
      nodes,
      leader: (topic, partition) =>
        persist(`${topic}/${partition} has no leader`, LEADER_WITHIN, async () => {
          const [found] = await client.topics([topic])
          const at = found && ledPartitions(found).find((one) => one.partition === partition)
          check(at === undefined ? LEADER_UNAVAILABLE : 0, `${topic}/${partition}`)
          return at?.leader ?? -1
        }),
      prepare: (run) => prepareRun(client, run),
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    }
  },
}

export { remote } from './remote.ts'
export default kafka
