import { afterEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../harness/errors.ts'
import { parseAddress, remoteAddress } from './address.ts'

describe("a server's address", () => {
  it.each([
    [
      'whole',
      'postgres://me:se%40cret@localhost:6543/db',
      { port: 6543, user: 'me', password: 'se@cret', database: 'db' },
    ],
    [
      'without port and database',
      'postgresql://me:secret@localhost',
      { port: 5432, user: 'me', password: 'secret', database: 'me' },
    ],
  ])('is read: %s', (_what, text, parts) => {
    expect(parseAddress(text)).toEqual({ host: 'localhost', ...parts })
  })

  it('may be one of IPv6', () => {
    expect(parseAddress('postgres://me:secret@[::1]:6543/db')).toMatchObject({ host: '::1', port: 6543 })
  })

  it.each([
    ['is no URL', 'me, secret, at localhost'],
    ['is no URL of PostgreSQL', 'mysql://me:secret@localhost/db'],
    ['names no user', 'postgres://localhost/db'],
    ['has no password', 'postgres://me@localhost/db'],
    ['names no database', 'postgres://me:secret@localhost/a/b'],
    ['has more behind the database than can be followed', 'postgres://me:secret@localhost/db?sslmode=require'],
    ['names no user', 'postgres://%:secret@localhost/db'],
    ['has no password', 'postgres://me:%zz@localhost/db'],
    ['names no host', 'postgres://me:secret@%zz/db'],
    [
      'has an @ behind the host, which a password has as %40 and a slash as %2F',
      'postgres://me:secret@top-secret/more@localhost/db',
    ],
  ])('is refused when it %s', (what, text) => {
    expect(parseAddress(text)).toBe(what)
  })
})

describe('BUSPROOF_REMOTE_POSTGRES', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    ['not set', '', 'BUSPROOF_REMOTE_POSTGRES is not set'],
    ['of another form', 'postgres://me:top-secret@localhost/db?x=y', 'BUSPROOF_REMOTE_POSTGRES has more behind'],
    ['no URL', 'postgres://me:top-secret@', 'BUSPROOF_REMOTE_POSTGRES is no URL: set it as postgres://user:password@'],
    ['on another machine', 'postgres://me:top-secret@staging.example/db', 'leads to staging.example'],
  ])('is refused when it is %s, without a word of what it holds', (_what, value, sentence) => {
    vi.stubEnv('BUSPROOF_REMOTE_ALLOW', '')
    vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', value)
    expect(remoteAddress).toThrow(UsageError)
    expect(remoteAddress).toThrow(sentence)
    expect(remoteAddress).not.toThrow('top-secret')
  })
})
