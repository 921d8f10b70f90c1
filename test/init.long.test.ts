/** What `busproof init` writes keeps what it claims. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import { run } from '../harness/cli/run-program.case.ts'
import { describeConformance, describeSystem } from '../harness/vitest.ts'
import kafka from '../systems/kafka/index.ts'
import postgres from '../systems/postgres/index.ts'
import { requires } from './require.ts'
import { violated } from './violated.case.ts'

const WITHIN = 900_000
const templates = new URL('../templates/', import.meta.url)

describe('the templates', () => {
  test('do without the shared resilience', () => {
    const files = readdirSync(templates)
    expect(files).toContain('my-bus-client.mts')
    const texts = files.map((file) => readFileSync(new URL(file, templates), 'utf8'))
    expect(texts.filter((text) => text.includes('adapters/resilience'))).toEqual([])
  })
})

describeConformance(new URL('my-bus.mts', templates), { level: 'core', seed: 1, failures: null })

/** Inside of the checkout, where `busproof` and the clients are found. */
const parent = fileURLToPath(new URL('../.busproof/', import.meta.url))
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'init-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Resolves with the adapter's module. */
async function generate(kind: string): Promise<URL> {
  const own = join(folder, kind)
  mkdirSync(own)
  const { code, stderr } = await run(['init', '--for', kind, '--name', 'orders'], own)
  expect([code, stderr]).toEqual([0, ''])
  return pathToFileURL(join(own, 'orders.mts'))
}

async function expectNothingViolated(adapter: URL): Promise<void> {
  const certificate = await certify(adapter, {
    level: 'core',
    effort: 'quick',
    time: '5m',
    toxiproxy: 'off',
    failures: null,
    regressions: null,
  })
  const { verdicts, runs, error, faults, adapter: name } = certificate
  expect(violated(certificate)).toEqual([])
  expect([error ?? null, name]).toEqual([null, 'orders'])
  expect(runs).toBeGreaterThan(3)
  expect(Object.keys(faults.landed).length).toBeGreaterThan(0)
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass').map(({ clause }) => clause)
  expect(passed).toEqual(expect.arrayContaining(['delivery/1', 'delivery/4', 'ordering/1', 'fail-fast/3']))
}

describe.each([
  ['kafkajs', 'kafka', await kafka.missing()],
  ['postgres', 'postgres', await postgres.missing()],
] as const)('init --for %s', (kind, component, missing) => {
  requires(component, missing)('on the real site', () => {
    test('writes an adapter in which a quick run finds no violation', { timeout: WITHIN }, async () => {
      await expectNothingViolated(await generate(kind))
    })
  })
})

describe('init --for system', async () => {
  const adapter = await generate('system')
  describeSystem(adapter)

  test('writes an adapter in which a quick run finds no violation', { timeout: WITHIN }, async () => {
    await expectNothingViolated(adapter)
  })
})
