import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChaosProgress, chaos } from '../harness/chaos/chaos.ts'
import { readChaos } from '../harness/chaos/read.ts'

const WITHIN = 120_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-chaos-'))
})
afterAll(() => rm(folder, { recursive: true }))

const LOAD = `
load: { rate: 100/s, groups: 2, handlers: { failing: 2%, permanent: 1%, slow: 1% } }
duration: 8s
epoch: 8s
faults: { kinds: [refuse, reset, latency], lasts: { least: 300ms, most: 1s }, rest: { least: 300ms, most: 1s } }
settings: { publish.timeout: 9000, publish.deadline: 10000, retry.base: 50, handling.base: 50, breaker.reset: 1000, consume.session: 2000, recovery.deadline: 10000 }
`

test('a bus that works is soaked: the load is what was asked for, faults land, every clause judges', {
  timeout: WITHIN,
}, async () => {
  const told: ChaosProgress[] = []
  const config = readChaos(`target: { adapter: memory, site: real }${LOAD}thresholds: [violations == 0]`, 'it.yaml')
  const { certified, soak, verdicts, faults, failures } = await chaos(config, {
    cwd: folder,
    failures: folder,
    onProgress: (progress) => told.push(progress),
  })
  expect([certified, soak?.ended, soak?.why, failures]).toEqual([true, 'finished', null, []])
  // The baseline of 5 s, and 8 s more.
  expect(soak?.sent).toBe(100 * 13)
  expect(soak).toMatchObject({ epochs: 2, rate: 100 })
  // The last message is to be sent 10 ms before the end.
  expect(soak?.lasted).toBeGreaterThanOrEqual(7_990)
  expect(Object.values(faults.landed).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0)
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass').map(({ clause }) => clause)
  expect(passed).toEqual(expect.arrayContaining(['delivery/1', 'delivery/2', 'delivery/4', 'ordering/1']))
  expect(verdicts.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([])
  expect(told.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['baseline', 'soaking', 'ending']))
})

test('a bus that breaks its word ends it, with a story', { timeout: WITHIN }, async () => {
  const adapter = new URL('../mutants/delivery/commits-before-handling.ts', import.meta.url).href
  const config = readChaos(`target: { adapter: "${adapter}", site: real }${LOAD.replace('8s', '10m')}`, 'it.yaml')
  const { certified, soak, failures } = await chaos(config, { cwd: folder, failures: folder })
  expect([certified, soak?.ended], soak?.why ?? '').toEqual([false, 'violation'])
  expect(soak?.lasted).toBeLessThan(60_000)
  expect(failures.length).toBeGreaterThan(0)
  expect(failures[0]?.story.join('\n')).toContain('ms  producer')
})

test('one that is interrupted says so, and is not soaked', { timeout: WITHIN }, async () => {
  const controller = new AbortController()
  const config = readChaos(`target: { adapter: memory, site: real }${LOAD}`, 'it.yaml')
  const { certified, soak, error } = await chaos(config, {
    cwd: folder,
    failures: folder,
    signal: controller.signal,
    onProgress: ({ phase, measured }) => phase === 'soaking' && measured.sent > 0 && controller.abort(),
  })
  expect([certified, soak?.ended, error]).toEqual([false, 'interrupted', null])
})
