/** A transaction on a connection of its own, which ends with it. */
import type { Role, Site } from '../../harness/adapter.ts'
import { isBusError, ResilienceError } from '../resilience/index.ts'
import { createSession } from './session.ts'

export type Ask = (text: string, ...values: readonly unknown[]) => Promise<unknown>

/**
 * Commits what `work` does, or rolls it back when that rejects. All of it takes at most one `publish.timeout`. Until the commit
 * was sent, an error certainly means that nothing was done.
 */
export async function inTransaction(site: Site, role: Role, work: (ask: Ask) => Promise<void>): Promise<void> {
  const { timeout } = site.claims.publish
  const until = performance.now() + timeout
  const session = createSession({ address: site.address(role), credentials: site.credentials })
  const ask: Ask = (text, ...values) =>
    session.query(text, values, { within: Math.max(1, Math.ceil(until - performance.now())) })
  try {
    // A session that breaks in the middle must not keep its locks for longer than anybody waits for it.
    await certain(ask(`begin; set local idle_in_transaction_session_timeout = ${timeout}`))
    await certain(work((text, ...values) => ask(text, ...values)))
    await ask('commit')
  } finally {
    session.close()
  }
}

const certain = (before: Promise<unknown>): Promise<unknown> =>
  before.catch((error: unknown): never => {
    if (!isBusError(error) || error.effect === 'none') throw error
    const { code, message, retryable, cause } = error
    throw new ResilienceError(code, message, { effect: 'none', retryable, cause })
  })
