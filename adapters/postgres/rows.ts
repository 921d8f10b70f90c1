/** A table of the application, as the harness has it filled. */
import type { Row } from '../../harness/adapter.ts'

export const ROWS_SCHEMA = `
create table if not exists app_rows (
  id text primary key, flag boolean not null, count bigint not null, ratio double precision not null, label text not null, note text
);
`

/** What `ROWS_SQL.insert` asks for. */
export const rowValues = ({ id, values: { flag, count, ratio, label, note } }: Row): readonly unknown[] => [
  id,
  flag,
  count,
  ratio,
  label,
  note,
]

export const ROWS_SQL = {
  insert: 'insert into app_rows (id, flag, count, ratio, label, note) values ($1, $2, $3, $4, $5, $6)',
} as const

/** How the witness reads it. */
export const ROWS_WITNESS = `select id, to_jsonb(r) - 'id' as "values" from app_rows r`
