/** Reads an adapter's tables by the adapter's own SQL, as the superuser and past every link. */
import type { Position } from '../../harness/adapter.ts'
import type { SeenRow } from '../../harness/events/parts.ts'
import type { CommittedPosition, StoredMessage, Witness } from '../../harness/system-contract.ts'
import { type Admin, identifier, named } from './admin.ts'

interface PlaceRow {
  readonly partition: number
  readonly offset: string | number
}

interface StoredRow extends PlaceRow {
  readonly topic: string
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  /** What the adapter cannot read need not be pairs. */
  readonly headers: unknown
}

interface CommittedRow {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly next: string | number
}

interface AppRow {
  readonly id: string
  readonly values: SeenRow['values']
}

interface Held {
  readonly sessions: string
  readonly transactions: string
  readonly locks: string
}

const HELD = `
  select
    (select count(*) from pg_stat_activity where usename = $1) as sessions,
    (select count(*) from pg_stat_activity where usename = $1 and xact_start is not null) as transactions,
    (select count(*) from pg_locks join pg_stat_activity using (pid) where usename = $1) as locks
`

/** What each session calls itself and does; a statement's values are not in its text. */
const HOLDERS = `
  select coalesce(nullif(application_name, ''), 'no application name') || ', ' || coalesce(state, 'no state') ||
    ', last: ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 60) as holder
  from pg_stat_activity where usename = $1
`

/** Null when the adapter does not say how its messages are read (`witness.stored`). */
export function createWitness(admin: Admin, name: string, sql: Readonly<Record<string, string>>): Witness | null {
  const { stored, committed, rows, poison } = sql
  if (stored === undefined) return null
  const read = <Row extends object>(statement: string, text: string): Promise<readonly Row[]> =>
    admin.transaction(async (query) => {
      await query(`set local search_path to ${identifier(name)}`)
      return await named(statement, () => query<Row>(text))
    })
  return {
    stored: async () => (await read<StoredRow>('stored', stored)).map(messageOf),
    committed: async () =>
      committed === undefined ? [] : (await read<CommittedRow>('committed', committed)).map(committedOf),
    async rows() {
      if (rows === undefined) return null
      return (await read<AppRow>('rows', rows)).map(({ id, values }) => ({ id, values }))
    },
    ...(poison === undefined
      ? {}
      : {
          poison: async (topic: string, value: Uint8Array): Promise<Position> =>
            await admin.transaction(async (query) => {
              await query(`set local search_path to ${identifier(name)}`)
              const [row] = await named('poison', () => query<PlaceRow>(poison, [topic, value]))
              return { topic, partition: Number(row?.partition), offset: Number(row?.offset) }
            }),
        }),
    async resources() {
      const [held] = await admin.query<Held>(HELD, [name])
      return {
        sessions: Number(held?.sessions),
        transactions: Number(held?.transactions),
        locks: Number(held?.locks),
      }
    },
    async owners() {
      const holders = await admin.query<{ readonly holder: string }>(HOLDERS, [name])
      return { sessions: holders.map(({ holder }) => holder) }
    },
  }
}

/** 64-bit integers come as text. */
const messageOf = ({ topic, partition, offset, key, value, headers }: StoredRow): StoredMessage => ({
  position: { topic, partition: Number(partition), offset: Number(offset) },
  key,
  value,
  headers: pairsOf(headers).map(([header, content]) => [header, Buffer.from(content, 'base64')] as const),
})

const isPair = (header: unknown): header is readonly [string, string] =>
  Array.isArray(header) && typeof header[0] === 'string' && typeof header[1] === 'string'

const pairsOf = (headers: unknown): readonly (readonly [string, string])[] =>
  Array.isArray(headers) ? headers.filter(isPair) : []

const committedOf = ({ group, topic, partition, next }: CommittedRow): CommittedPosition => ({
  group,
  topic,
  partition: Number(partition),
  next: Number(next),
})
