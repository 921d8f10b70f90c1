/** What is the same for every server of ours, wherever it runs. */
import type { Lacks } from '../../harness/system-contract.ts'

/** Small and quick: the data need not outlive the machine, and the log must say who was cut off. */
export const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '32MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  jit: 'off',
  // A transaction whose client hangs must not hold its locks for ever, and a running query must notice that its client left.
  idle_in_transaction_session_timeout: '30s',
  client_connection_check_interval: '1s',
  log_line_prefix: '%m [%p] %u ',
  log_disconnections: 'off',
}

/** Of initdb, in every version that is supported. */
export const INITDB: readonly string[] = ['--locale=C', '--encoding=UTF8', '--no-sync']

export const asArguments = (settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

/** The end of what a program said, for an error message. */
export const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n')

/** A database knows no topics: only the adapter can say how it refuses a row of one. */
export const lacks = ({ refuse }: Readonly<Record<string, string>>): Lacks =>
  refuse === undefined ? { refusedTopics: 'the adapter states no `refuse` in its `witness`' } : {}
