/** The bus on PostgreSQL with an outbox: a row and its event are one transaction; any process publishes the event later. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import { createResilientBus, createSuppress, type ResilientBusParts, startRelay } from '../resilience/index.ts'
import { postgresParts, publishValues } from './bus.ts'
import { ROWS_SCHEMA, ROWS_SQL, ROWS_WITNESS, rowValues } from './rows.ts'
import { SCHEMA, WITNESS } from './schema.ts'
import { createSession } from './session.ts'
import { inTransaction } from './transaction.ts'
import writing from './writing.ts'

const ENTRIES_A_ROUND = 16
/** Between two rounds, ms. */
const ROUND_EVERY = 100

const OUTBOX_SCHEMA = `
create table if not exists outbox (
  id bigint generated always as identity primary key, topic text not null, dedup text not null unique,
  key bytea, value bytea, headers json not null, channel text not null
);

-- A transaction that fills the outbox holds the lock until its commit, so that ids grow in commit order.
create or replace function enqueue(
  p_topic text, p_dedup text, p_key bytea, p_value bytea, p_headers json, p_channel text
) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext(current_schema()), hashtext('enqueue'));
  insert into outbox (topic, dedup, key, value, headers, channel)
    values (p_topic, p_dedup, p_key, p_value, p_headers, p_channel);
end $$;

-- One process at a time; what it publishes leaves the outbox in the same transaction.
create or replace function relay(p_most int) returns void language plpgsql as $$
declare
  v_entry outbox;
begin
  if not pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext('relay')) then return; end if;
  for v_entry in select * from outbox order by id limit p_most loop
    perform publish(v_entry.topic, v_entry.dedup, v_entry.key, v_entry.value, v_entry.headers, v_entry.channel);
    delete from outbox where id = v_entry.id;
  end loop;
end $$;
`

const SQL = {
  enqueue: 'select enqueue($1, $2, $3, $4, $5::json, $6)',
  relay: 'select relay($1)',
} as const

export const outboxParts = (site: Site): ResilientBusParts => {
  const parts = postgresParts(site)
  const session = createSession({ address: site.address('publish'), credentials: site.credentials })
  const within = site.claims.publish.timeout
  const suppress = createSuppress(site)
  const relay = startRelay(
    async () => void (await session.query(SQL.relay, [ENTRIES_A_ROUND], { within })),
    ROUND_EVERY,
    (error) => suppress('relay', error),
  )
  return {
    ...parts,
    async store(row, event, work) {
      // The outbox is stored with the rows, and is reachable while nothing can be published.
      await inTransaction(site, 'consume', async (ask) => {
        await ask(ROWS_SQL.insert, ...rowValues(row))
        await work()
        await ask(SQL.enqueue, ...publishValues(site, event, `event of ${row.id}`))
      })
      return { status: 'stored', event: 'queued' }
    },
    disconnect: async () => {
      relay.stop()
      session.close()
      await parts.disconnect()
    },
  }
}

const outbox: BusAdapter = {
  ...writing,
  name: 'postgres, outbox',
  witness: { ...WITNESS, bootstrap: SCHEMA + ROWS_SCHEMA + OUTBOX_SCHEMA, rows: ROWS_WITNESS },
  // One more, to go through the outbox.
  claims: { ...writing.claims, connections: fixed(4), write: { event: 'required', outbox: true } },
  open: (site) => Promise.resolve(createResilientBus(site, outboxParts(site))),
}

export default outbox
