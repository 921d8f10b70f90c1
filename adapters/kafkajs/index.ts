/** A bus on Apache Kafka by kafkajs: idempotent producers, groups with manual commits, the shared resilience around them. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { settable } from '../../harness/claims.ts'
import { healthClaim, resilientClaims } from '../resilience/index.ts'

const kafkajs: BusAdapter = {
  name: 'kafkajs',
  system: 'kafka',
  client: 'kafkajs',
  claims: {
    ...resilientClaims,
    // kafkajs keeps headers in an object: the order of a name that comes back, and of names such as `42`, is lost.
    messages: { tombstones: true, repeatedHeaders: false, maxBytes: 1_000_000, headerNames: 'token' },
    publish: { ...resilientClaims.publish, timeout: settable(5_000, 400, 300_000) },
    consume: { ...resilientClaims.consume, session: settable(10_000, 1_000, 60_000) },
    health: { ...healthClaim, timeout: settable(5_000, 400, 60_000) },
    close: { deadline: settable(15_000, 4_000, 120_000) },
    // A member that was cut off costs the group a session or two before it deals anew.
    recovery: { deadline: settable(60_000, 15_000, 300_000) },
  },
  // Loads kafkajs, so that all of this can be read where it is not installed.
  open: async (site) => (await import('./bus.ts')).openKafkajs(site),
}

export default kafkajs
