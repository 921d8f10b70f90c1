import { afterEach, describe, expect, it } from 'vitest'
import adapter from '../../test/fixtures/misbehaving-adapter.ts'
import { resolveClaims } from '../claims.ts'
import { UsageError } from '../errors.ts'
import type { Event, EventOf } from '../events/kinds.ts'
import { type Echo, eventually, startEcho } from '../link/sockets.case.ts'
import { HOST_BOUNDS } from './bounds.ts'
import { monotonic } from './clock.ts'
import type { NodeConfig } from './host.ts'
import { type ProcessHost, startProcessHost } from './process-host.ts'

const module = new URL('../../test/fixtures/misbehaving-adapter.ts', import.meta.url).href
const SECRET = 'c4n4ry-0f-the-run'

const config = (more: Partial<NodeConfig> = {}): NodeConfig => ({
  node: 'n0',
  prefix: 'run-',
  plan: {
    version: 3,
    seed: 1,
    faults: [],
    closes: [],
    kills: [],
    cycles: 0,
    uses: 0,
    outages: [],
    consumers: [],
    messages: [],
    nodes: 1,
    producers: 1,
    topics: [],
    keys: [],
    settings: {},
  },
  claims: resolveClaims(adapter.claims, {}),
  credentials: { password: SECRET },
  canaries: { password: SECRET },
  addresses: {},
  epoch: monotonic(),
  ...more,
})

describe('a child process as host', () => {
  const hosts: ProcessHost[] = []
  const events: Event[] = []
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.kill()
    events.splice(0)
  })
  /** For those that hang when they are loaded; a slow machine may need as long for any other module. */
  const SHORT = { ...HOST_BOUNDS, ping: 50, busy: 500 }
  const start = async (
    more: Partial<NodeConfig> = {},
    bounds: Partial<typeof HOST_BOUNDS> = {},
  ): Promise<ProcessHost> => {
    const opened = config(more)
    const host = await startProcessHost({
      ...opened,
      adapter: 'misbehaving',
      bounds: { ...HOST_BOUNDS, ping: 50, ...bounds },
      module,
      onEvent: (event) => events.push(event),
    })
    hosts.push(host)
    await host.send({ do: 'open', config: opened })
    return host
  }
  const publish = (host: ProcessHost, topic: string): Promise<void> =>
    host.send({ do: 'publish', op: 'probe-1', producer: 'p0', topic, abortAfter: null })
  const seen = async <T extends Event['type']>(type: T, count = 1): Promise<readonly EventOf<T>[]> => {
    const matching = (): EventOf<T>[] => events.filter((event): event is EventOf<T> => event.type === type)
    await eventually(() => matching().length >= count)
    return matching()
  }

  it('carries out commands, and stamps events on the clock of the run', async () => {
    const before = monotonic()
    const host = await start()
    await publish(host, 'quiet')
    const [published] = await seen('published')
    expect(published).toMatchObject({ node: 'n0', op: 'probe-1', status: 'acknowledged' })
    expect(published?.at).toBeGreaterThanOrEqual(0)
    expect(published?.at).toBeLessThanOrEqual(monotonic() - before)
    // A busy machine may stand still at any time.
    const types = events.map(({ type }) => type).filter((type) => type !== 'stall')
    expect(types.sort()).toEqual(['open', 'opened', 'publish', 'published', 'resources'])
  })

  it('refuses an adapter that gives something of the wrong shape, by its name and place', async () => {
    const misshapen = new URL('../../test/fixtures/misshapen-adapter.ts?no-subscribe', import.meta.url).href
    const opened = config()
    const host = await startProcessHost({ ...opened, module: misshapen, onEvent: (event) => events.push(event) })
    hosts.push(host)
    const refused = host.send({ do: 'open', config: opened })
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(
      /^misshapen \(.*misshapen-adapter\.ts\): open\(\) did not return a bus: subscribe/,
    )
  })

  it('records output by lines, without the secret, and runs as in production', async () => {
    const host = await start()
    await publish(host, 'says')
    await publish(host, 'complains')
    const texts = (await seen('logged', 3)).map(({ stream, text }) => `${stream}: ${text}`).sort()
    expect(texts).toEqual([
      'stderr: cannot log in with [secret:password]',
      'stdout: the environment is production',
      'stdout: the password is [secret:password]',
    ])
  })

  it('records a warning once', async () => {
    const host = await start()
    await publish(host, 'warns')
    await publish(host, 'complains')
    const logged = await seen('logged', 2)
    expect(logged.map(({ stream }) => stream).sort()).toEqual(['stderr', 'warning'])
    expect(logged.find(({ stream }) => stream === 'warning')?.text).toBe('DeprecationWarning: this is deprecated')
  })

  it('finds secrets behind the text of a warning, and in the causes of unhandled rejections', async () => {
    const host = await start()
    await publish(host, 'warns with a detail')
    await publish(host, 'forgets a cause')
    const [warned] = await seen('logged')
    const [crashed] = await seen('crashed')
    expect(warned?.leaked?.join()).toContain('[secret:password]')
    expect(crashed?.leaked?.join()).toContain('[secret:password]')
    expect(JSON.stringify([warned, crashed])).not.toContain(SECRET)
  })

  it.each([
    ['forgets a rejection', 'unhandled-rejection', 'nothing awaits [secret:password]'],
    ['throws later', 'uncaught-exception', 'thrown in a timer'],
  ])('goes on after an adapter that %s', async (topic, how, message) => {
    const host = await start()
    await publish(host, topic)
    const [crashed] = await seen('crashed')
    expect(crashed).toMatchObject({ node: 'n0', how })
    expect(crashed?.message).toContain(message)
    expect(crashed?.message).not.toContain(SECRET)
    await publish(host, 'quiet')
    expect(await seen('published', 2)).toHaveLength(2)
  })

  it('records that the adapter exited, and lets later commands pass without effect', async () => {
    const host = await start()
    await publish(host, 'exits')
    expect(await seen('crashed')).toMatchObject([{ node: 'n0', how: 'exit' }])
    const [{ message } = { message: '' }] = await seen('crashed')
    expect(message).toMatch(/^misbehaving \(\S+misbehaving-adapter\.ts\) ended its process \(exit code 3\)$/)
    expect(host.running()).toBe(false)
    await host.send({ do: 'close', calls: 1, within: 100 })
    await host[Symbol.asyncDispose]()
    expect(await seen('crashed')).toHaveLength(1)
  })

  it('ends an adapter that keeps its process busy, and says so by its name', async () => {
    const host = await start({}, { busy: 3_000 })
    await publish(host, 'hangs').catch(() => undefined)
    const [crashed] = await seen('crashed')
    expect(crashed).toMatchObject({ node: 'n0', how: 'hang' })
    expect(crashed?.message).toMatch(
      /^misbehaving \(\S+misbehaving-adapter\.ts\) kept its process busy for 3 s: is there an infinite loop\?$/,
    )
    expect(host.running()).toBe(false)
  })

  it('names an adapter that fills its heap', async () => {
    const host = await start({}, { heap: 64 })
    await publish(host, 'fills its heap')
    const [crashed] = await seen('crashed')
    expect(crashed).toMatchObject({ node: 'n0', how: 'out-of-memory' })
    expect(crashed?.message).toMatch(/^misbehaving \(\S+misbehaving-adapter\.ts\) used more than 64 MiB of memory$/)
    expect(host.running()).toBe(false)
  })

  it('says of a process that was killed from outside that it was, by the name of the adapter', async () => {
    const host = await start()
    process.kill(host.pid, 'SIGKILL')
    const [crashed] = await seen('crashed')
    expect(crashed).toMatchObject({ node: 'n0', how: 'exit' })
    expect(crashed?.message).toMatch(
      /^misbehaving \(\S+\) was killed from outside \(SIGKILL\): did the machine run out of memory\?$/,
    )
  })

  it.each([
    ['loops-when-loaded', /kept its process busy for 0\.5 s while it was loaded: is there an infinite loop\?$/, SHORT],
    ['exits-when-loaded', /ended its process \(exit code 5\) while it was loaded$/, HOST_BOUNDS],
  ])('refuses a module that %s', async (what, sentence, bounds) => {
    const rogue = new URL(`../../test/fixtures/rogue-adapter.ts?${what}`, import.meta.url).href
    const starting = startProcessHost({
      ...config(),
      bounds,
      module: rogue,
      onEvent: (event) => events.push(event),
    })
    await expect(starting).rejects.toThrow(UsageError)
    await expect(starting).rejects.toThrow(/^the adapter module \S+rogue-adapter\.ts/)
    await expect(starting).rejects.toThrow(sentence)
    expect(events).toEqual([])
  })

  it('knows what the adapter says of itself', async () => {
    const { name, system, claims, client } = (await start()).adapter
    expect({ name, system, claims, client }).toEqual({
      name: 'misbehaving',
      system: 'none',
      claims: adapter.claims,
      client: null,
    })
  })

  it('keeps a part of what floods its output, and says once that the rest is dropped', async () => {
    const host = await start()
    await publish(host, 'floods')
    await seen('published')
    await host.send({ do: 'resources', when: 'after' })
    const logged = await seen('logged', 2)
    expect(logged).toHaveLength(2)
    expect(logged[0]?.text).toBe('x'.repeat(65_536))
    expect(logged[1]?.text).toMatch(
      /^misbehaving \(\S+\) wrote more to its stdout in one run than busproof keeps: it drops \d+ bytes without searching/,
    )
    // On a busy machine a part of it is still on its way.
    expect(logged[1]?.dropped).toBeGreaterThan(1_000_000)
    expect(logged[1]?.dropped).toBeLessThanOrEqual(20_000_000 - 65_536)
  })

  it('does not call it a crash when it ends the child itself, even one that hangs', async () => {
    const [orderly, killed] = [await start(), await start()]
    await orderly[Symbol.asyncDispose]()
    void publish(killed, 'hangs')
    await killed.kill()
    expect(events.filter((event) => event.type === 'crashed')).toEqual([])
    expect([orderly, killed].map((host) => host.running())).toEqual([false, false])
  })

  it('dials the link of a role, and sees in its census what the adapter keeps', async () => {
    const echo: Echo = await startEcho({ mute: true })
    const host = await start({ addresses: { publish: [echo.endpoint] } })
    for (const topic of ['dials', 'leaks a timer', 'leaks a listener']) await publish(host, topic)
    await eventually(() => echo.received() === 'hello')
    await seen('published', 3)
    await host.send({ do: 'resources', when: 'after' })
    const [baseline, after] = await seen('resources', 2)
    const grown = Object.entries(after?.counts ?? {}).filter(([kind, count]) => count > (baseline?.counts[kind] ?? 0))
    const kinds = grown.map(([kind]) => kind).filter((kind) => kind !== 'socket descriptors')
    expect(kinds.sort()).toEqual(['process listeners', 'sockets', 'timers'])
    await host.kill()
    await echo[Symbol.asyncDispose]()
  })

  it('tells when it stood still through no doing of its own', async () => {
    const host = await start()
    process.kill(host.pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.kill(host.pid, 'SIGCONT')
    const stalls = await seen('stall')
    expect(stalls.some(({ owner, from, at }) => owner === 'n0' && at - from >= 200)).toBe(true)
  })

  it('says why when the adapter cannot be loaded', async () => {
    const missing = new URL('../../test/fixtures/absent.ts', import.meta.url).href
    const starting = startProcessHost({ ...config(), module: missing, onEvent: (event) => events.push(event) })
    await expect(starting).rejects.toThrow(UsageError)
    await expect(starting).rejects.toThrow(/there is no adapter module .*absent\.ts/)
    expect(events).toEqual([])
  })
})
