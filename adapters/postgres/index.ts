/** A bus on PostgreSQL: topics, groups and dead letters in tables, LISTEN/NOTIFY with polling as the fallback. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import { healthClaim, resilientClaims } from '../resilience/index.ts'
import { WITNESS } from './schema.ts'

const postgres: BusAdapter = {
  name: 'postgres',
  system: 'postgres',
  client: 'pg',
  witness: WITNESS,
  claims: {
    ...resilientClaims,
    deadLetter: { ...resilientClaims.deadLetter, poison: true },
    messages: { tombstones: true, repeatedHeaders: true, maxBytes: 1_048_576 },
    connections: fixed(3),
    health: healthClaim,
  },
  // Loads pg, so that all of this can be read where it is not installed.
  open: async (site) => (await import('./bus.ts')).openPostgres(site),
}

export default postgres
