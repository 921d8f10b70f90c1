/**
 * A small bus on PostgreSQL: replace it with yours, and write the statements that create and read your tables into
 * `runsOn.witness`. The group works on a partition one message at a time: the member that locks the position handles the message.
 */
import { Socket } from 'node:net'
import type { Handler, Header, Message, Position, Role, Site, Subscription } from 'busproof'
import pg from 'pg'
import { createAttempts, type Member, sleep, startBus } from './my-bus-worker.mjs'

const SCHEMA = `
create table partitions (topic text, partition int, next bigint not null, primary key (topic, partition));
create table messages (
  topic text, partition int, "offset" bigint, id text not null unique, key bytea, value bytea, headers json not null,
  primary key (topic, partition, "offset")
);
create table positions ("group" text, topic text, partition int, next bigint not null, primary key ("group", topic, partition));

-- The partition stays locked until the commit, so that offsets are seen in their order; one id is stored once.
create function publish(
  p_topic text, p_id text, p_key bytea, p_value bytea, p_headers json, out o_partition int, out o_offset bigint
) language plpgsql as $$
declare
  v_count int;
begin
  select count(*) into v_count from partitions where topic = p_topic;
  if v_count = 0 then raise exception 'there is no topic %', p_topic; end if;
  o_partition := (hashtext(coalesce(encode(p_key, 'hex'), p_id)) & 2147483647) % v_count;
  perform from partitions where topic = p_topic and partition = o_partition for update;
  select "offset" into o_offset from messages where id = p_id;
  if found then return; end if;
  update partitions set next = next + 1 where topic = p_topic and partition = o_partition returning next - 1 into o_offset;
  insert into messages values (p_topic, o_partition, o_offset, p_id, p_key, p_value, p_headers);
end $$;
`

const SQL = {
  publish: 'select o_partition as partition, o_offset::float8 as "offset" from publish($1, $2, $3, $4, $5::json)',
  join: `insert into positions select $1, topic, partition, case when $3 = 'earliest' then 0 else next end
    from partitions where topic = any($2::text[]) on conflict do nothing`,
  lock: `select m.topic, m.partition, m."offset"::float8 as "offset", m.key, m.value, m.headers
    from positions p join messages m on m.topic = p.topic and m.partition = p.partition and m."offset" = p.next
    where p."group" = $1 and p.topic = any($2::text[]) limit 1 for update of p skip locked`,
  advance: 'update positions set next = next + 1 where "group" = $1 and topic = $2 and partition = $3',
} as const

/** The system behind it, the package whose version the certificate shows, and how busproof creates and reads the tables. */
export const runsOn = {
  system: 'postgres',
  client: 'pg',
  witness: {
    bootstrap: SCHEMA,
    // $3 is the dead-letter topic; this bus has none.
    topic: 'insert into partitions select $1, n, 0 from generate_series(0, $2::int - 1) n where $3::text is null',
    stored: 'select topic, partition, "offset", key, value, headers from messages order by topic, partition, "offset"',
    committed: 'select "group", topic, partition, next from positions',
  },
}
export const messages = { tombstones: true, repeatedHeaders: true, maxBytes: 65_536 }

const ignore = (): void => undefined

interface Row {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [string, string])[]
}

type Query = (text: string, ...values: readonly unknown[]) => Promise<readonly unknown[]>

/** One connection, opened on first use, and again after it failed. */
function createSession(site: Site, role: Role) {
  const { timeout } = site.claims.publish
  let current: ReturnType<typeof open> | null = null

  function open() {
    const socket = new Socket()
    const client = new pg.Client({
      ...site.address(role),
      user: site.credentials['user'],
      password: site.credentials['password'],
      database: site.credentials['database'],
      connectionTimeoutMillis: timeout,
      query_timeout: timeout,
      // The server releases the locks of a member that is silent.
      idle_in_transaction_session_timeout: site.claims.consume.session,
      stream: () => socket,
    })
    const drop = (): void => {
      if (current === connection) current = null
      socket.destroy()
    }
    // Pending queries receive it; without a listener it would end the process.
    client.on('error', drop)
    const connection = { client, drop, ready: client.connect() }
    connection.ready.catch(drop)
    return connection
  }

  /** A failure ends the connection, and with it the transaction. */
  async function on<T>(work: (query: Query) => Promise<T>): Promise<T> {
    current ??= open()
    const { client, ready, drop } = current
    try {
      await ready
      return await work(async (text, ...values) => (await client.query(text, [...values])).rows)
    } catch (error) {
      drop()
      throw error
    }
  }

  return {
    query: (text: string, ...values: readonly unknown[]) => on((query) => query(text, ...values)),
    transaction: <T,>(work: (query: Query) => Promise<T>) =>
      on(async (query) => {
        await query('begin')
        const result = await work(query)
        await query('commit')
        return result
      }),
    close: (): void => current?.drop(),
  }
}

export function connect(site: Site) {
  const publishing = createSession(site, 'publish')
  const consuming = new Set<{ close(): void }>()

  async function store({ topic, key, value, headers }: Message, id: string): Promise<Position> {
    const encoded = JSON.stringify(headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]))
    const [stored] = await publishing.query(SQL.publish, topic, id, key, value, encoded)
    return { topic, ...(stored as Pick<Row, 'partition' | 'offset'>) }
  }

  /** On its own connection, because its transaction is open while the handler runs. */
  function member({ group, topics, from }: Subscription, handle: Handler, isLeaving: () => boolean): Member {
    const session = createSession(site, 'consume')
    consuming.add(session)
    const attempt = createAttempts(handle)

    async function handleAndAdvance(row: Row, query: Query): Promise<void> {
      const { topic, partition, offset } = row
      // Heartbeats while the handler runs.
      const heart = setInterval(() => query('select 1').catch(ignore), site.claims.consume.session / 4)
      try {
        while (!(await attempt(decode(row), { topic, partition, offset }))) {
          if (isLeaving()) throw new Error('the member leaves')
          await sleep()
          await query('select 1')
        }
      } finally {
        clearInterval(heart)
      }
      await query(SQL.advance, group, topic, partition)
    }

    return {
      join: () => session.query(SQL.join, group, topics, from),
      handleNext: () =>
        session.transaction(async (query) => {
          const [row] = (await query(SQL.lock, group, topics)) as Row[]
          if (row !== undefined) await handleAndAdvance(row, query)
          return row !== undefined
        }),
      async leave() {
        session.close()
        consuming.delete(session)
      },
    }
  }

  return startBus({
    store,
    // Not if the server was busy, shut down, or rolled back because of others.
    isFinal: (error) => error instanceof pg.DatabaseError && !/^(40|53|55|57|58)/.test(error.code ?? ''),
    member,
    disconnect() {
      for (const session of [publishing, ...consuming]) session.close()
    },
  })
}

const decode = ({ topic, key, value, headers }: Row): Message => ({
  topic,
  key,
  value,
  headers: headers.map(([name, text]): Header => [name, Buffer.from(text, 'base64')]),
})
