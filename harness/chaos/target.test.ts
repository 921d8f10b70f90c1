import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../errors.ts'
import { type ChaosConfig, chaosShape } from './file/config.ts'
import { addressVariable, assertPinned, resolveTarget } from './target.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-target-'))
afterAll(() => rmSync(folder, { recursive: true }))

// What resolving sets is put back with them.
beforeEach(() => {
  vi.stubEnv('BUSPROOF_REMOTE_ALLOW', undefined)
  vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', undefined)
})
afterEach(() => vi.unstubAllEnvs())

const configOf = (
  target: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): ChaosConfig => chaosShape.parse({ target, load: { rate: '1/s' }, duration: '1m', ...more })
const remote = (more: Readonly<Record<string, unknown>> = {}): ChaosConfig =>
  configOf({ adapter: './absent.ts', site: 'remote', allow: ['127.0.0.1'], ...more })

/** The adapter is not there, which is told of whatever is not refused before. */
const ABSENT = /^\.\/absent\.ts: there is no such file/
const resolve = async (config: ChaosConfig, iKnowThisIs?: string): Promise<string> => {
  const said = iKnowThisIs === undefined ? {} : { iKnowThisIs }
  const error: unknown = await resolveTarget(config, { cwd: folder, ...said }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  return (error as UsageError).message
}

describe('a target that looks like production', () => {
  test.each([
    'prod',
    'PROD',
    'kafka.prod.internal',
    'prod1',
    'eu-production-3',
    'preprod',
    'prd-kafka-01',
    'live',
    'db.live.example',
    'LIVE_2',
  ])('%s is refused unless it is said', async (name) => {
    expect(await resolve(remote({ allow: ['here', name] }))).toBe(
      `target: ${name} looks like production, and nothing is done to it: name another target, or say --i-know-this-is ${name}`,
    )
    expect(await resolve(remote({ allow: ['here', name] }), 'here')).toContain(`${name} looks like production`)
    expect(await resolve(remote({ expect: { cluster: name } }))).toContain(`${name} looks like production`)
    expect(await resolve(remote({ allow: ['here', name] }), name)).toMatch(ABSENT)
  })

  test.each([
    '127.0.0.1',
    'staging',
    'producer-1',
    'products',
    'product-catalog',
    'delivery',
    'olive',
    'lives',
    'sprd',
  ])('%s does not', async (name) => {
    expect(await resolve(remote({ allow: [name], expect: { cluster: name } }))).toMatch(ABSENT)
  })

  test('is refused for each of its names, until all of them are said', async () => {
    const config = remote({ allow: ['prod-1', 'here', 'prod-2'] })
    expect(await resolve(config)).toMatch(/^target: prod-1 and prod-2 look like .* say --i-know-this-is prod-1,prod-2$/)
    for (const said of ['prod-1', 'prod-2']) expect(await resolve(config, said)).toContain('look like production')
    expect(await resolve(config, 'prod-1,prod-2')).toMatch(ABSENT)
  })

  test('is refused before its address is read', async () => {
    const address = { command: [process.execPath, '-e', 'require("node:fs").writeFileSync("read", "")'] }
    expect(await resolve(remote({ allow: ['prod'], address }))).toContain('looks like production')
    expect(() => rmSync(join(folder, 'read'))).toThrow('ENOENT')
  })
})

describe('a pin', () => {
  test('that is missing is told, with what to write', () => {
    expect(() => assertPinned(remote(), 'c-1')).toThrow(
      new UsageError(
        'target.expect is missing: the target calls itself c-1; if that is the one you mean, add expect: { cluster: c-1 }',
      ),
    )
  })

  test('that is wrong is refused', () => {
    expect(() => assertPinned(remote({ expect: { cluster: 'c-2' } }), 'c-1')).toThrow(
      new UsageError(
        'target.expect.cluster is c-2, but the target calls itself c-1: nothing was done to it; correct the address, or the pin',
      ),
    )
  })

  test('that is right is taken, in this spelling only', () => {
    expect(() => assertPinned(remote({ expect: { cluster: 'c-1' } }), 'c-1')).not.toThrow()
    expect(() => assertPinned(remote({ expect: { cluster: 'C-1' } }), 'c-1')).toThrow(UsageError)
  })

  test('that nothing can be compared with is refused', () => {
    expect(() => assertPinned(remote({ expect: { cluster: 'c-1' } }), null)).toThrow(
      /^target\.expect\.cluster is c-1, but the target does not say what it is/,
    )
    expect(() => assertPinned(remote(), null)).not.toThrow()
  })

  test('is not needed for a system that is started for the run', () => {
    expect(() => assertPinned(configOf({ adapter: 'memory', site: 'real' }), 'c-1')).not.toThrow()
  })
})

test('the variable of an address has the name of its system', () => {
  expect(addressVariable('kafka')).toBe('BUSPROOF_REMOTE_KAFKA')
  expect(addressVariable('my-bus-2')).toBe('BUSPROOF_REMOTE_MY_BUS_2')
})

describe('resolving', () => {
  const here = { cwd: folder }

  test('finds the adapter and the system of its site, and tells the system where to find its target', async () => {
    writeFileSync(join(folder, 'address'), 'postgres://user:hunter2@127.0.0.1:1/db\n')
    const config = configOf({
      adapter: 'postgres',
      site: 'remote',
      allow: ['127.0.0.1', 'here'],
      address: { file: './address' },
    })
    const { facts, system, module } = await resolveTarget(config, here)
    expect([facts.name, system.name, system.sizes]).toEqual(['postgres', 'postgres', []])
    expect(module).toMatch(/^file:.*adapters\/postgres\/index\.ts$/)
    expect(process.env['BUSPROOF_REMOTE_ALLOW']).toBe('127.0.0.1,here')
    expect(process.env['BUSPROOF_REMOTE_POSTGRES']).toBe('postgres://user:hunter2@127.0.0.1:1/db')
  })

  test('refuses a host that is not allowed, and does not tell the password', async () => {
    const config = configOf({
      adapter: 'postgres',
      site: 'remote',
      allow: ['there'],
      address: 'postgres://user:hunter2@elsewhere:1/db',
    })
    const message = await resolve(config)
    expect(message).toContain('leads to elsewhere, which is not this machine')
    expect(message).not.toContain('hunter2')
  })

  test('refuses a site that the system does not support', async () => {
    expect(await resolve(configOf({ adapter: 'memory', site: 'remote', allow: ['127.0.0.1'] }))).toBe(
      'the system "memory" does not support the site remote: use --site real',
    )
  })

  test('sets nothing in the environment for a system that is started for the run', async () => {
    await resolveTarget(configOf({ adapter: 'memory', site: 'real' }), here)
    expect(process.env['BUSPROOF_REMOTE_ALLOW']).toBeUndefined()
  })

  test('refuses settings that the adapter does not let a run set, or not so', async () => {
    const target = { adapter: 'memory', site: 'real' }
    expect(await resolve(configOf(target, { settings: { 'publish.timeotu': 500 } }))).toMatch(
      /^settings: memory lets a run set no publish\.timeotu: it has .*publish\.timeout/,
    )
    expect(await resolve(configOf(target, { settings: { 'publish.timeout': -1 } }))).toMatch(
      /^settings: publish\.timeout is -1, but must be between \d+ and \d+$/,
    )
  })
})
