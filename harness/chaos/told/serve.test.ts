import { afterEach, expect, test } from 'vitest'
import { UsageError } from '../../errors.ts'
import { sleep } from '../../waiting.ts'
import { type Served, serve } from './serve.ts'
import type { Now, Told } from './told.ts'

const stops: string[] = []
let served: Served | null = null
const start = async (port = 0): Promise<Served> => {
  served = await serve({ host: '127.0.0.1', port }, (why) => stops.push(why))
  return served
}
afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  stops.length = 0
})

const LATENCY = { count: 0, p50: 0, p99: 0, p999: 0, max: 0 }
const now: Now = {
  phase: 'soaking',
  epochs: 2,
  lasted: 10_000,
  of: null,
  rate: 100,
  inFlight: 3,
  lag: 7,
  breakers: { open: 2 },
  measured: {
    sent: 10,
    acknowledged: 8,
    failed: 1,
    handled: 5,
    redelivered: 2,
    lag: 9,
    latency: { publish: LATENCY, handle: LATENCY },
    unavailable: { longest: 1_500, byFault: {} },
    thresholds: [{ text: 'failed < 20%', worst: 12, isKept: true }],
  },
  faults: ['publish: refuse'],
  violations: 0,
}
const measured = (more: Partial<Now> = {}): Told => ({ at: 0, event: 'measured', ...now, ...more })

const scrape = async ({ address }: Served): Promise<Record<string, number>> => {
  const response = await fetch(`${address}/metrics`)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

test('a scrape gets what was measured last, what was told before, and each latency', async () => {
  const running = await start()
  const { listener } = running
  const fault = { epoch: 1, fault: 0, name: 'publish: refuse' }
  listener.told({
    at: 0,
    event: 'began',
    time: '2020-01-01T00:00:00Z',
    adapter: 'mine',
    site: 'real',
    seed: 7,
    rate: 50,
  })
  listener.told({ at: 1, event: 'fault', ...fault })
  listener.latency?.('publish', 40)
  listener.told(measured())
  listener.told(measured())
  expect(await scrape(running)).toMatchObject({
    'busproof_run_info{adapter="mine",site="real",seed="7"}': 1,
    busproof_wanted_rate: 50,
    'busproof_publishes_total{status="sent"}': 10,
    'busproof_publishes_total{status="acknowledged"}': 8,
    'busproof_publishes_total{status="failed"}': 1,
    busproof_handled_total: 5,
    busproof_redelivered_total: 2,
    busproof_publishes_in_flight: 3,
    busproof_lag: 7,
    busproof_violations: 0,
    busproof_unavailable_seconds: 1.5,
    'busproof_breakers{state="open"}': 2,
    'busproof_breakers{state="half-open"}': 0,
    'busproof_faults_active{fault="publish: refuse"}': 1,
    'busproof_faults_total{fault="publish: refuse"}': 1,
    'busproof_threshold_kept{threshold="failed < 20%"}': 1,
    'busproof_latency_seconds_bucket{le="0.025",of="publish"}': 0,
    'busproof_latency_seconds_bucket{le="0.05",of="publish"}': 1,
    busproof_epochs_judged_total: 0,
  })
  listener.told({ at: 2, event: 'healed', ...fault, landed: { connections: 1, bytes: 0 } })
  listener.told({ at: 3, event: 'judged', epoch: 1, events: 90, memory: 0, violations: { 'delivery/1': 2 } })
  listener.told(measured({ faults: [] }))
  listener.told({ at: 4, event: 'ended', ended: 'violation', why: 'violated delivery/1' })
  expect(await scrape(running)).toMatchObject({
    'busproof_faults_active{fault="publish: refuse"}': 0,
    'busproof_faults_landed_total{fault="publish: refuse"}': 1,
    busproof_epochs_judged_total: 1,
    'busproof_violations_total{clause="delivery/1"}': 2,
    'busproof_run_ended{ended="violation"}': 1,
  })
})

test('a fault that touched nothing did not land', async () => {
  const running = await start()
  running.listener.told({
    at: 0,
    event: 'healed',
    epoch: 1,
    fault: 0,
    name: 'consume: cut',
    landed: { connections: 0, bytes: 0 },
  })
  expect(Object.keys(await scrape(running)).filter((name) => name.startsWith('busproof_faults_landed'))).toEqual([])
})

test('POST /stop asks for the end, and nothing else does', async () => {
  const { address } = await start()
  expect((await fetch(`${address}/stop`)).status).toBe(404)
  expect((await fetch(`${address}/`, { method: 'POST' })).status).toBe(404)
  expect(stops).toEqual([])
  const response = await fetch(`${address}/stop`, { method: 'POST', body: 'now' })
  expect([response.status, await response.text(), stops]).toEqual([202, 'the run ends\n', ['POST /stop asked for it']])
})

test('a page in a browser cannot ask for it', async () => {
  const { address } = await start()
  for (const headers of [{ origin: 'https://example.com' }, { 'sec-fetch-site': 'cross-site' }]) {
    const response = await fetch(`${address}/stop`, { method: 'POST', headers })
    expect([response.status, await response.text()]).toEqual([403, 'a browser cannot end a run: use curl\n'])
  }
  expect(stops).toEqual([])
})

test('whoever scraped twice is waited for at the end, and nobody else', async () => {
  const running = await start()
  const scrapes = () => fetch(`${running.address}/metrics?from=test`)
  await scrapes()
  await sleep(400)
  await scrapes()
  let isOver = false
  const over = running[Symbol.asyncDispose]().then(() => {
    isOver = true
  })
  served = null
  running.listener.told({ at: 1, event: 'ended', ended: 'finished', why: null })
  await sleep(50)
  expect(isOver).toBe(false)
  expect(await (await scrapes()).text()).toContain('busproof_run_ended{ended="finished"} 1')
  await over
  const once = await start()
  await fetch(`${once.address}/metrics`)
  await once[Symbol.asyncDispose]()
  served = null
})

test('one that scraped twice and is gone is waited for no longer than it is due', async () => {
  const running = await start()
  await fetch(`${running.address}/metrics`)
  await sleep(50)
  await fetch(`${running.address}/metrics`)
  await running[Symbol.asyncDispose]()
  served = null
})

test('a port that is taken is refused by name, and one that was free again can be had', async () => {
  const { address } = await start()
  const port = Number(new URL(address).port)
  await expect(serve({ host: '127.0.0.1', port }, () => undefined)).rejects.toThrow(UsageError)
  await expect(serve({ host: '127.0.0.1', port }, () => undefined)).rejects.toThrow(
    `serve: 127.0.0.1:${port} cannot be listened on (listen EADDRINUSE: address already in use 127.0.0.1:${port}): give another port or host`,
  )
  await served?.[Symbol.asyncDispose]()
  expect((await start(port)).address).toBe(address)
})
