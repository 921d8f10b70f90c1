/** A cluster that this process has started, as the harness uses it. */
import { SiteError } from '../../harness/errors.ts'
import type { RunningSystem } from '../../harness/system-contract.ts'
import { ledPartitions, persist } from './client.ts'
import type { Cluster } from './cluster.ts'
import { check, LEADER_UNAVAILABLE } from './protocol/errors.ts'
import { createRequestReader } from './protocol/produce.ts'
import { prepareRun } from './run.ts'

const LEADER_WITHIN = 20_000

export const runningOver = ({ addresses, nodes, client, ...cluster }: Cluster, version: string): RunningSystem => ({
  version,
  canWitness: () => true,
  endpoint(role) {
    const [first] = addresses
    if (first === undefined) throw new SiteError('Kafka has no broker')
    return first.roles[role]
  },
  requestReader: createRequestReader,
  servers: nodes,
  leader: (topic, partition) =>
    persist(`${topic}/${partition} has no leader`, LEADER_WITHIN, async () => {
      const [found] = await client.topics([topic])
      const at = found && ledPartitions(found).find((one) => one.partition === partition)
      check(at === undefined ? LEADER_UNAVAILABLE : 0, `${topic}/${partition}`)
      return at?.leader ?? -1
    }),
  prepare: (run) => prepareRun(client, run),
  [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
})
