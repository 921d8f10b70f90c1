import { afterAll, beforeAll, expect, it } from 'vitest'
import { SiteError } from '../harness/errors.ts'
import { faultCases } from '../harness/link/faults.case.ts'
import { createRealLink } from '../harness/link/real-link.ts'
import { openClient, startEcho } from '../harness/link/sockets.case.ts'
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

  it('calls it an error of the site when the server is gone, and still releases its own sockets', async () => {
    const gone = await startToxiproxy()
    await using echo = await startEcho()
    const link = await createRealLink({ role: 'publish', target: echo.endpoint, toxiproxy: gone })
    await gone[Symbol.asyncDispose]()
    const fault = { kind: 'latency', role: 'publish', direction: 'up', at: 0, lasts: 0, amount: 10 } as const
    await expect(link.apply(fault)).rejects.toThrow(SiteError)
    await expect(link[Symbol.asyncDispose]()).rejects.toThrow(/Toxiproxy: cannot remove the proxy/)
    await expect(openClient(link.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('makes a proxy anew when a toxic cannot be removed from it', async () => {
    await using echo = await startEcho()
    await using proxy = await server.proxy(echo.endpoint)
    const remove = await proxy.add({ type: 'bandwidth', direction: 'up', attributes: { rate: 0 } })
    await remove()
    const client = await openClient({ host: '127.0.0.1', port: proxy.port })
    client.send('before')
    await client.gets(6)
    // There is no such toxic any more, so this removal fails.
    await remove()
    expect(await client.ended).toMatch(/end|ECONNRESET/)
    await using again = await openClient({ host: '127.0.0.1', port: proxy.port })
    again.send('after')
    expect(await again.gets(5)).toBe('after')
  })

  it('is content with a proxy that is gone already', async () => {
    await using echo = await startEcho()
    const proxy = await server.proxy(echo.endpoint)
    await proxy[Symbol.asyncDispose]()
    await expect(proxy[Symbol.asyncDispose]()).resolves.toBeUndefined()
  })

  it('names the version of the server', () => {
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
