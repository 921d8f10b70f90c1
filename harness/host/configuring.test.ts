import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bus, BusAdapter, SettingSources, Site } from '../adapter.ts'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { plan } from '../plan/parts.case.ts'
import { adapterAsked } from './configuring.ts'
import type { NodeConfig } from './host.ts'

const SOURCES: SettingSources = { file: null, environment: { TIMEOUT: '0' }, arguments: {} }
const config = {
  node: 'n1',
  prefix: '',
  plan: plan({}),
  claims: { ...STORY_CLAIMS, publish: { timeout: 10, deadline: 20 } },
  credentials: {},
  canaries: {},
  addresses: {},
  epoch: 0,
} satisfies NodeConfig
const REAL = {
  ...config,
  addresses: {
    publish: [{ host: '127.0.0.1', port: 1, insteadOf: { host: 'broker', port: 9092 } }],
    consume: [
      { host: '127.0.0.1', port: 2 },
      { host: '127.0.0.1', port: 3 },
    ],
  },
} satisfies NodeConfig

const asked = (open: (site: Site) => Promise<Bus>, changes: Partial<BusAdapter> = {}, of: NodeConfig = config) =>
  adapterAsked({ name: 'a bus', system: 'memory', claims: {} as BusAdapter['claims'], open, ...changes }, of)
const never = (): Promise<never> => new Promise(() => undefined)
const busWith = (close: () => Promise<void>): Bus => ({ publish: never, subscribe: never, close })

test('it reads settings, and what it throws at once is an error as any', async () => {
  const configure = vi.fn((sources: SettingSources) => ({ environment: null, settings: {}, sources }))
  expect(await asked(never, { configure }).configure(SOURCES)).toMatchObject({ value: { sources: SOURCES } })
  const throws = (): never => {
    throw new Error('TIMEOUT is 0')
  }
  expect(await asked(never, { configure: throws }).configure(SOURCES)).toEqual({ error: new Error('TIMEOUT is 0') })
})

test('a bus is opened with these settings, and its error is told', async () => {
  const seen: unknown[] = []
  const open = async (site: Site): Promise<never> => {
    seen.push(site.settings)
    throw new Error('TIMEOUT is 0')
  }
  expect(await asked(open).tryOpen(SOURCES)).toEqual({ connections: 0, error: new Error('TIMEOUT is 0') })
  expect(seen).toEqual([SOURCES])
})

test('one that opens is closed again', async () => {
  const close = vi.fn(() => Promise.reject(new Error('no')))
  expect(await asked(async () => busWith(close)).tryOpen(SOURCES)).toEqual({ connections: 0 })
  expect(close).toHaveBeenCalledTimes(1)
})

test('what it dials is counted', async () => {
  const open = async (site: Site): Promise<never> => {
    await site.dial('consume').catch(() => undefined)
    await site.dial('publish')
    throw new Error('never reached')
  }
  expect(await asked(open).tryOpen(SOURCES)).toEqual({ connections: 2, error: new Error('nothing answers here') })
})

test('on a real site every address leads nowhere, and who connects is counted', async () => {
  const open = async (site: Site): Promise<never> => {
    const all = [
      site.address('publish'),
      ...site.addresses('consume'),
      site.route('publish', { host: 'broker', port: 9092 }),
    ]
    await Promise.all(
      all.map(
        ({ host, port }) =>
          new Promise((resolve) =>
            connect(port, host)
              .on('close', resolve)
              .on('error', () => undefined),
          ),
      ),
    )
    throw new Error('TIMEOUT is 0')
  }
  expect(await asked(open, {}, REAL).tryOpen(SOURCES)).toMatchObject({ connections: 4 })
  const silent = (): Promise<never> => Promise.reject(new Error('TIMEOUT is 0'))
  expect(await asked(silent, {}, REAL).tryOpen(SOURCES)).toMatchObject({ connections: 0 })
})

test('one that connects and fails at once has connected, too', async () => {
  const open = (site: Site): Promise<never> => {
    const { host, port } = site.address('publish')
    connect(port, host).on('error', () => undefined)
    return Promise.reject(new Error('TIMEOUT is 0'))
  }
  expect(await asked(open, {}, REAL).tryOpen(SOURCES)).toMatchObject({ connections: 1 })
})

describe('one that hangs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('when it opens is told so, and closed if it opens after all', async () => {
    let opened: (bus: Bus) => void = () => undefined
    const close = vi.fn(() => Promise.resolve())
    const adapter = asked(
      () =>
        new Promise((resolve) => {
          opened = resolve
        }),
    )
    const trying = adapter.tryOpen(SOURCES)
    expect(adapter.hangs()).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await trying).toMatchObject({ connections: 0, error: { message: 'it neither opened nor failed' } })
    expect([adapter.hangs(), vi.getTimerCount()]).toEqual([true, 0])
    opened(busWith(close))
    await vi.advanceTimersByTimeAsync(0)
    expect(close).toHaveBeenCalledTimes(1)
  })

  test('when it reads settings gives nothing', async () => {
    const adapter = asked(never, { configure: never })
    const reading = adapter.configure(SOURCES)
    await vi.advanceTimersByTimeAsync(2_000)
    expect([await reading, adapter.hangs(), vi.getTimerCount()]).toEqual([null, true, 0])
  })
})
