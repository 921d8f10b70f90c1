import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../harness/errors.ts'
import { assertAllowed } from './remote-hosts.ts'

const at = (...hosts: string[]) => hosts.map((host) => ({ host }))

describe('a system that runs already', () => {
  beforeEach(() => vi.stubEnv('BUSPROOF_REMOTE_ALLOW', ''))
  afterEach(() => vi.unstubAllEnvs())

  it('may be used on this machine', () => {
    expect(() => assertAllowed('IT', at('localhost', '127.0.0.1', '127.1.2.3', '::1', 'LOCALHOST'))).not.toThrow()
  })

  it.each(['staging.example', '10.0.0.7', '127.0.0.1.example', 'localhost.example', '2001:db8::1', ''])(
    'is refused at "%s", with the reason and what to do',
    (host) => {
      expect(() => assertAllowed('IT', at('localhost', host))).toThrow(UsageError)
      expect(() => assertAllowed('IT', at('localhost', host))).toThrow(
        `IT leads to ${host}, which is not this machine: runs put load on it, although faults stay on busproof's own links. ` +
          `To allow it, add ${host} to BUSPROOF_REMOTE_ALLOW`,
      )
    },
  )

  it('may be used elsewhere once its hosts, each of them, are named', () => {
    vi.stubEnv('BUSPROOF_REMOTE_ALLOW', ' a.example, B.example')
    expect(() => assertAllowed('IT', at('A.example', 'b.example', 'localhost'))).not.toThrow()
    expect(() => assertAllowed('IT', at('a.example', 'c.example'))).toThrow('c.example')
  })
})
