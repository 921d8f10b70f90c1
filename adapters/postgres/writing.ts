/** The bus on PostgreSQL whose application keeps rows in the same database: a row and its event are one transaction. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { ALL_CODES, createResilientBus, PUBLISHED, type ResilientBusParts, ROLLED_BACK } from '../resilience/index.ts'
import { postgresParts, publishValues } from './bus.ts'
import postgres from './index.ts'
import { ROWS_SCHEMA, ROWS_SQL, ROWS_WITNESS, rowValues } from './rows.ts'
import { SCHEMA, SQL, WITNESS } from './schema.ts'
import { inTransaction } from './transaction.ts'

export const writingParts = (site: Site): ResilientBusParts => ({
  ...postgresParts(site),
  async store(row, event, work) {
    await inTransaction(site, 'publish', async (ask) => {
      await ask(ROWS_SQL.insert, ...rowValues(row))
      await work()
      // Last, since it keeps others from publishing to its partition until the commit.
      await ask(SQL.publish, ...publishValues(site, event, `event of ${row.id}`))
    })
    return PUBLISHED
  },
})

const writing: BusAdapter = {
  ...postgres,
  name: 'postgres, writing',
  witness: { ...WITNESS, bootstrap: SCHEMA + ROWS_SCHEMA, rows: ROWS_WITNESS },
  claims: {
    ...postgres.claims,
    errors: { codes: [...ALL_CODES, ROLLED_BACK] },
    write: { event: 'required' },
  },
  open: (site) => Promise.resolve(createResilientBus(site, writingParts(site))),
}

export default writing
