import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Bus, BusHealth } from '../../harness/adapter.ts'
import { type HealthServer, type HealthServerOptions, serveHealth } from './http.ts'

const checkedAt = '2026-01-31T12:00:00.000Z'
const healthOf = (status: BusHealth['status'], ready: boolean): BusHealth => ({
  status,
  ready,
  components: [{ name: 'publish', status, message: 'so it is', checkedAt }],
})

let server: HealthServer | undefined
afterEach(async () => await server?.close())

async function serving(bus: Pick<Bus, 'health' | 'metrics'>, options: HealthServerOptions = {}) {
  server = await serveHealth(bus, { port: 0, ...options })
  const base = `http://127.0.0.1:${server.port}`
  return (path: string, options?: RequestInit) => fetch(`${base}${path}`, options)
}

test.each([
  ['healthy', true, 200, 200],
  ['degraded', false, 200, 503],
  ['unhealthy', false, 503, 503],
] as const)('a bus that is %s', async (status, ready, health, readiness) => {
  const get = await serving({ health: async () => healthOf(status, ready) })
  const short = await get('/health')
  expect([short.status, await short.json()]).toEqual([health, { status }])
  const detailed = await get('/health/detailed?pretty')
  expect([detailed.status, await detailed.json()]).toEqual([health, healthOf(status, ready)])
  const ready_ = await get('/ready')
  expect([ready_.status, await ready_.json()]).toEqual([readiness, { ready }])
  expect(ready_.headers.get('cache-control')).toBe('no-store')
})

test('metrics, in the type that Prometheus asks for', async () => {
  const get = await serving({ metrics: async () => 'a 1\n' })
  const response = await get('/metrics')
  expect([response.status, await response.text()]).toEqual([200, 'a 1\n'])
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect((await get('/health')).status).toBe(404)
})

test('nothing else, and only to readers', async () => {
  const get = await serving({ health: async () => healthOf('healthy', true) })
  expect((await get('/')).status).toBe(404)
  expect((await get('/metrics')).status).toBe(404)
  const posted = await get('/ready', { method: 'POST' })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  const head = await get('/ready', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('a bus that fails to tell is unhealthy, and only its owner is told why', async () => {
  const told: string[] = []
  const get = await serving(
    {
      health: () => Promise.reject(new Error('secret')),
      metrics: () => Promise.reject(new Error('secret')),
    },
    { onError: (message) => void told.push(message) },
  )
  for (const path of ['/health', '/ready', '/metrics']) {
    const response = await get(path)
    expect(response.status).toBe(503)
    expect(await response.text()).toBe('{"error":"the bus did not answer"}\n')
  }
  expect(told).toEqual(['secret', 'secret', 'secret'])
})

test('a bus that hangs, and one that returns no text', async () => {
  const never = () => new Promise<never>(() => undefined)
  const get = await serving({ health: never, metrics: async () => 5 as never }, { timeout: 20 })
  expect((await get('/ready')).status).toBe(503)
  expect(await (await get('/metrics')).text()).toBe('5')
})

test('a bus of a class is asked as itself', async () => {
  class Own {
    #status = 'healthy' as const
    async health() {
      return healthOf(this.#status, true)
    }
  }
  const get = await serving(new Own())
  expect((await get('/ready')).status).toBe(200)
})

test('a port that is taken rejects, and a close ends open connections', async () => {
  const first = await serveHealth({}, { port: 0 })
  await expect(serveHealth({}, { port: first.port })).rejects.toThrow('EADDRINUSE')
  const socket = connect(first.port, '127.0.0.1')
  const ended = new Promise((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('connect', resolve))
  await first.close()
  await ended
})
