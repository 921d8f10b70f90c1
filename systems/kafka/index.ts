/**
 * Apache Kafka in KRaft mode, real, on loopback: one broker, or three, so that one may be gone.
 *
 * Each broker has a listener for each role (PUBLISH, CONSUME, DEADLETTER), advertised as its own link, so that every
 * connection of a role goes through that role's links; INTERNAL, for the other brokers and the witness; and CONTROLLER. No fault
 * affects the witness. On Linux, separate links connect the brokers to each other, so that one can be isolated. Listeners
 * are plaintext, and there are no credentials.
 *
 * A run has the topics and groups whose names begin with its prefix. The witness speaks Kafka's protocol by itself. It
 * reads what is stored up to the high watermark, transactions that are open or were aborted too, but no control records.
 */
import { SiteError } from '../../harness/errors.ts'
import type { System } from '../../harness/system-contract.ts'
import { startCluster } from './cluster.ts'
import { findKafka } from './find.ts'
import { nativeNodes } from './native.ts'
import { runningOver } from './running.ts'

const kafka: System = {
  contract: 2,
  name: 'kafka',
  concurrent: false,
  sizes: [1, 3],
  async missing() {
    const found = await findKafka()
    return 'missing' in found ? found.missing : null
  },
  async start({ folder, servers: count = 1, advertise }) {
    const found = await findKafka()
    if ('missing' in found) throw new SiteError(found.missing)
    const { installed } = found
    const cluster = await startCluster({ count, advertise, make: nativeNodes(installed, folder) })
    return runningOver(cluster, `Apache Kafka ${installed.version}${count === 1 ? '' : `, ${count} brokers`}`)
  },
}

export { containers } from './container.ts'
export { remote } from './remote.ts'
export default kafka
