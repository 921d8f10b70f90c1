import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultCases } from '../harness/link/faults.case.ts'
import { createRealLink } from '../harness/link/real-link.ts'
import { findToxiproxy, startToxiproxy, TOXIPROXY_MISSING, type ToxiproxyServer } from '../harness/link/toxiproxy.ts'
import { requires } from './require.ts'

const found = await findToxiproxy()

requires('toxiproxy', found === null ? TOXIPROXY_MISSING : null)('a link with Toxiproxy between two taps', () => {
  let server: ToxiproxyServer
  beforeAll(async () => {
    server = await startToxiproxy()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  faultCases((target) => createRealLink({ role: 'publish', target, toxiproxy: server }))

  it('names the version of the server', () => {
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
