import { createServer } from 'node:http'
import { Toxiproxy } from 'toxiproxy-node-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SiteError } from '../harness/errors.ts'
import { faultCases } from '../harness/link/faults.case.ts'
import { createRealLink } from '../harness/link/real-link.ts'
import { startEcho } from '../harness/link/sockets.case.ts'
import { findToxiproxy, startToxiproxy, TOXIPROXY_MISSING, type ToxiproxyServer } from '../harness/link/toxiproxy.ts'
import { freePort, LOOPBACK } from '../harness/process/loopback.ts'
import { type Program, startProgram } from '../harness/process/program.ts'
import { requires } from './require.ts'

const found = await findToxiproxy()

requires('toxiproxy', found === null ? TOXIPROXY_MISSING : null)(
  'a link with a Toxiproxy that was running before',
  () => {
    let running: Program
    let client: Toxiproxy
    let server: ToxiproxyServer

    beforeAll(async () => {
      const port = await freePort()
      running = await startProgram(found ?? '', ['-host', LOOPBACK, '-port', String(port)], {})
      client = new Toxiproxy(`http://${LOOPBACK}:${port}`)
      const answers = (): Promise<boolean> =>
        client.getVersion().then(
          () => true,
          () => false,
        )
      while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 20))
      const theirs = { name: 'theirs', listen: `${LOOPBACK}:${await freePort()}`, upstream: `${LOOPBACK}:1` }
      const proxy = await client.createProxy(theirs)
      const toxic = { name: 'slow', type: 'latency', stream: 'upstream', toxicity: 1 } as const
      await proxy.addToxic({ ...toxic, attributes: { latency: 5, jitter: 0 } })
      vi.stubEnv('BUSPROOF_TOXIPROXY', `http://${LOOPBACK}:${port}`)
      server = await startToxiproxy()
    })
    afterAll(async () => {
      vi.unstubAllEnvs()
      await running.stop()
    })

    const inspect = async (): Promise<unknown> => (await fetch(`${client.host}/proxies/theirs`)).json()
    const names = async (): Promise<readonly string[]> => Object.keys(await client.getAll()).sort()

    describe('does', () => faultCases((target) => createRealLink({ role: 'publish', target, toxiproxy: server })))

    it('gives its proxies names of their own, and removes these alone', async () => {
      const before = await inspect()
      const other = await startToxiproxy()
      await using echo = await startEcho()
      const proxies = [
        await server.proxy(echo.endpoint),
        await server.proxy(echo.endpoint),
        await other.proxy(echo.endpoint),
      ]
      const made = await names()
      expect(made).toHaveLength(4)
      const owners = new Set(made.map((name) => name.replace(/-\d+$/, '')))
      const own = expect.stringMatching(new RegExp(`^busproof-${process.pid}-[0-9a-f]{8}$`))
      expect([...owners]).toEqual([own, own, 'theirs'])
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]()
      expect(await names()).toEqual(['theirs'])
      await other[Symbol.asyncDispose]()
      expect(await inspect()).toEqual(before)
    })

    it('says so when there is none', async () => {
      vi.stubEnv('BUSPROOF_TOXIPROXY', `http://${LOOPBACK}:${await freePort()}`)
      await expect(startToxiproxy()).rejects.toThrow(/BUSPROOF_TOXIPROXY is http:\S+, where no Toxiproxy answers: /)
    })

    it('says so when its loopback is not ours, as in a container without host networking', async () => {
      // It answers as Toxiproxy does, and listens nowhere.
      const proxy = { name: 'probe', listen: '', upstream: '', enabled: true, toxics: [] }
      const apart = createServer((request, response) => {
        response.setHeader('content-type', 'application/json')
        response.end(request.url === '/version' ? '{"version": "2.12.0"}' : JSON.stringify(proxy))
      })
      await new Promise<void>((resolve) => apart.listen(0, LOOPBACK, resolve))
      const address = apart.address()
      vi.stubEnv('BUSPROOF_TOXIPROXY', `http://${LOOPBACK}:${typeof address === 'object' ? address?.port : 0}`)
      const starting = startToxiproxy()
      await expect(starting).rejects.toThrow(SiteError)
      await expect(starting).rejects.toThrow("does not share this machine's loopback: run it there, or in a container")
      apart.closeAllConnections()
      apart.close()
    })
  },
)
