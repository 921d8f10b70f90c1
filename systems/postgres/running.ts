/** A server that this process has started, as the harness uses it. */
import { LOOPBACK } from '../../harness/process/loopback.ts'
import type { RunningSystem } from '../../harness/system-contract.ts'
import type { Cluster } from './cluster.ts'
import { prepareRun } from './run.ts'

/** `where` goes with the version: in which image, where it is in one. */
export async function runningOver(cluster: Cluster, where = ''): Promise<RunningSystem> {
  const [row] = await cluster.admin.query<{ server_version: string }>('show server_version')
  return {
    version: `PostgreSQL ${row?.server_version}${where}`,
    canWitness: (witness) => witness['stored'] !== undefined,
    endpoint: () => ({ host: LOOPBACK, port: cluster.port }),
    prepare: (run) => prepareRun(cluster.admin, run),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}
