import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../harness/errors.ts'
import { sweep } from './sweep.ts'

const at = { host: '127.0.0.1', port: '1', user: 'me', database: 'db', passwordFrom: 'WHERE' }

describe('what is left on a server that runs on is not swept', () => {
  beforeEach(() => {
    vi.stubEnv('BUSPROOF_REMOTE_ALLOW', '')
    vi.stubEnv('WHERE', 'postgres://me:top-secret@127.0.0.1:1/db')
  })
  afterEach(() => vi.unstubAllEnvs())

  it('on another machine that is not allowed', async () => {
    vi.stubEnv('WHERE', 'postgres://me:top-secret@staging.example:1/db')
    const sweeping = sweep({ ...at, host: 'staging.example' }, ['bp1a2b3c_'])
    await expect(sweeping).rejects.toThrow(UsageError)
    await expect(sweeping).rejects.toThrow('the lease leads to staging.example, which is not this machine')
  })

  it.each([
    ['is not set', ''],
    ['has the password alone', 'top-secret'],
    ['is mistyped', 'postgers://me:top-secret@127.0.0.1:1/db'],
    ['is the address of another server', 'postgres://me:top-secret@127.0.0.1:2/db'],
    ['is of another user', 'postgres://you:top-secret@127.0.0.1:1/db'],
  ])('while the setting %s, which is neither sent nor told', async (_how, value) => {
    vi.stubEnv('WHERE', value)
    const sweeping = sweep(at, ['bp1a2b3c_'])
    await expect(sweeping).rejects.toThrow(UsageError)
    await expect(sweeping).rejects.toThrow(
      /^set WHERE to the address of me at 127\.0\.0\.1:1, as postgres:\/\/user:password@host:port\/database$/,
    )
  })
})
