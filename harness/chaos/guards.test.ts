import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChaosConfig, chaosShape, type Guard } from './file/config.ts'
import { firstRed, guardName, readGuard, watchGuards } from './guards.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-guards-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What each path answers. */
const answers = new Map<string, { readonly status: number; readonly body: string }>()
const asked: string[] = []
let server: Server
let at: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', at)
    asked.push(request.url ?? '')
    const answer = answers.get(url.pathname)
    // `/silent` never answers.
    if (url.pathname === '/silent') return
    response.writeHead(answer?.status ?? 404, answer?.status === 302 ? { location: '/green' } : {})
    response.end(answer?.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  at = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  answers.set('/green', { status: 204, body: '' })
  answers.set('/red', { status: 503, body: 'down' })
  answers.set('/moved', { status: 302, body: '' })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** For programs that are to end by themselves, on a machine that is busy. */
const PATIENT = 60_000

const http = (path: string): Guard => ({ http: `${at}${path}`, every: 1_000 })
const node = (source: string): Guard => ({ command: [process.execPath, '-e', source], every: 1_000 })
const nodeName = (_source: string): string => `the guard ${process.execPath}`
const configOf = (more: Readonly<Record<string, unknown>>): ChaosConfig => ({
  ...chaosShape.parse({ target: { adapter: 'memory', site: 'real' }, load: { rate: '1/s' }, duration: '1m' }),
  ...more,
})

describe('a guard of HTTP', () => {
  test('is green where it answers with 2xx', async () => {
    expect(await readGuard(http('/green'), folder)).toBeNull()
  })

  test('is red where it answers with anything else', async () => {
    expect(await readGuard(http('/red'), folder)).toBe(`the guard ${at}/red answered 503`)
    expect(await readGuard(http('/absent'), folder)).toBe(`the guard ${at}/absent answered 404`)
  })

  test('is red where it leads elsewhere, is not there, or does not answer in time', async () => {
    expect(await readGuard(http('/moved'), folder)).toMatch(/^the guard .*\/moved cannot be read: .*redirect/)
    const gone = createServer()
    gone.listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const address = gone.address()
    const port = typeof address === 'object' ? address?.port : 0
    gone.close()
    await once(gone, 'close')
    expect(await readGuard({ http: `http://127.0.0.1:${port}/`, every: 1_000 }, folder)).toBe(
      `the guard http://127.0.0.1:${port}/ cannot be read: connect ECONNREFUSED 127.0.0.1:${port}`,
    )
    expect(await readGuard(http('/silent'), folder, 50)).toMatch(/^the guard .*\/silent cannot be read: .*timeout/)
  })
})

describe('a guard of a command', () => {
  test('is green where it ends with 0, whatever it prints', async () => {
    expect(await readGuard(node('console.error("red")'), folder, PATIENT)).toBeNull()
  })

  test('is red where it ends with another code', async () => {
    const source = 'process.exit(7)'
    expect(await readGuard(node(source), folder, PATIENT)).toBe(`${nodeName(source)} ended with 7`)
  })

  test('runs where it is told to', async () => {
    writeFileSync(join(folder, 'here'), '')
    const source = 'require("node:fs").readFileSync("here")'
    expect(await readGuard(node(source), folder, PATIENT)).toBeNull()
    expect(await readGuard(node(source), tmpdir(), PATIENT)).toContain('ended with 1')
  })

  test('is red where there is no such program, or a signal ended it', async () => {
    expect(await readGuard({ command: ['./absent', 'now'], every: 1_000 }, folder)).toBe(
      'the guard ./absent cannot be read: spawn ./absent ENOENT',
    )
    const source = 'process.kill(process.pid, "SIGKILL")'
    expect(await readGuard(node(source), folder, PATIENT)).toBe(
      `${nodeName(source)} cannot be read: it was ended by SIGKILL`,
    )
  })

  test('is red where it takes too long, also if it ignores that it is to end', async () => {
    const source = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
    expect(await readGuard(node(source), folder, 400)).toBe(
      `${nodeName(source)} cannot be read: it took longer than 400 ms`,
    )
  })
})

describe('a guard of PromQL', () => {
  const read = async (
    body: unknown,
    bound: { readonly below: number } | { readonly above: number } = { below: 5 },
    { status = 200, under = '' } = {},
  ): Promise<string | null> => {
    answers.set(`${under}/api/v1/query`, { status, body: typeof body === 'string' ? body : JSON.stringify(body) })
    return await readGuard({ promql: 'sum(up)', at: `${at}${under}`, every: 1_000, ...bound }, folder)
  }
  const vector = (...values: readonly string[]) => ({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  })
  const scalar = (value: string) => ({ status: 'success', data: { resultType: 'scalar', result: [1, value] } })

  test('asks for its query, also of a server below a path', async () => {
    expect(await read(vector('1'))).toBeNull()
    expect(asked.at(-1)).toBe('/api/v1/query?query=sum%28up%29')
    expect(await read(vector('1'), { below: 5 }, { under: '/prometheus' })).toBeNull()
    expect(asked.at(-1)).toBe('/prometheus/api/v1/query?query=sum%28up%29')
  })

  test('is green where every value keeps the bound', async () => {
    expect(await read(vector('4.9', '-1', '0'))).toBeNull()
    expect(await read(scalar('4.9'))).toBeNull()
    expect(await read(vector('5.1', '+Inf'), { above: 5 })).toBeNull()
  })

  test('is red where one does not', async () => {
    expect(await read(vector('1', '5', '2'))).toBe('the guard sum(up) is 5, not below 5')
    expect(await read(vector('6', '5'), { above: 5 })).toBe('the guard sum(up) is 5, not above 5')
    expect(await read(scalar('8'))).toBe('the guard sum(up) is 8, not below 5')
    expect(await read(vector('+Inf'))).toBe('the guard sum(up) is Infinity, not below 5')
    expect(await read(vector('-Inf'), { above: 5 })).toBe('the guard sum(up) is -Infinity, not above 5')
    for (const bound of [{ below: 5 }, { above: 5 }]) expect(await read(scalar('NaN'), bound)).toContain('is NaN, not')
  })

  const unread = 'the guard sum(up) cannot be read: '
  test('is red where the answer has no value', async () => {
    expect(await read(vector())).toBe(`${unread}the answer has no value`)
  })

  test.each([
    ['an error', { status: 'error', errorType: 'bad_data', error: 'no such metric' }],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['nothing', ''],
    ['HTML of two lines', '<html>\n<p>sign in</p>'],
    ['a vector that is a scalar', { status: 'success', data: { resultType: 'vector', result: [1] } }],
  ])('is red, in one line, where the answer is %s', async (_name, body) => {
    expect(await read(body)).toBe(`${unread}${at} did not answer with a vector or a scalar`)
  })

  test('is red where the server refuses', async () => {
    expect(await read(vector('1'), { below: 5 }, { status: 422 })).toBe(`${unread}${at} answered 422`)
  })
})

test('the name of a guard is what it reads', () => {
  expect(guardName({ http: 'http://a/', every: 1 })).toBe('the guard http://a/')
  expect(guardName({ command: ['a', '--token=b'], every: 1 })).toBe('the guard a')
  expect(guardName({ promql: 'up', at: 'http://a', above: 0, every: 1 })).toBe('the guard up')
})

describe('before a run', () => {
  test('nothing is red where all guards are green', async () => {
    expect(await firstRed(configOf({}), folder)).toBeNull()
    expect(
      await firstRed(
        configOf({ guards: [http('/green'), { command: ['true'], every: 1_000 }], stop: { file: 'absent' } }),
        folder,
      ),
    ).toBeNull()
  })

  test('the first that is red is told', async () => {
    const guards = [http('/green'), http('/red'), http('/absent')]
    expect(await firstRed(configOf({ guards }), folder)).toBe(`the guard ${at}/red answered 503`)
  })

  test('a file that stops runs is told, and no guard is read', async () => {
    writeFileSync(join(folder, 'stop'), '')
    const before = asked.length
    expect(await firstRed(configOf({ guards: [http('/red')], stop: { file: 'stop' } }), folder)).toBe(
      'the file stop is there, which stops every run: remove it to run again',
    )
    expect(asked).toHaveLength(before)
  })
})

describe('while a run lasts', () => {
  interface Watched {
    readonly told: readonly string[]
    /** Resolves with the first that is told. */
    readonly first: Promise<string>
    readonly end: () => void
  }

  const watch = (config: ChaosConfig): Watched => {
    const told: string[] = []
    const ending = new AbortController()
    const first = new Promise<string>((resolve) =>
      watchGuards(config, folder, {
        red(why) {
          told.push(why)
          resolve(why)
        },
        signal: ending.signal,
      }),
    )
    return { told, first, end: () => ending.abort() }
  }
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300))

  test('a guard that turns red is told', async () => {
    answers.set('/turns', { status: 200, body: '' })
    const { told, first, end } = watch(configOf({ guards: [{ ...http('/turns'), every: 20 }] }))
    while (asked.filter((path) => path === '/turns').length < 3) await settled()
    expect(told).toEqual([])
    answers.set('/turns', { status: 500, body: '' })
    expect(await first).toBe(`the guard ${at}/turns answered 500`)
    end()
  })

  test('only the first that is red is told, once', async () => {
    const guards = [1, 2, 3].map(() => ({ ...http('/red'), every: 10 }))
    const { told, first, end } = watch(configOf({ guards }))
    await first
    await settled()
    expect(told).toEqual([`the guard ${at}/red answered 503`])
    const before = asked.length
    await settled()
    expect(asked).toHaveLength(before)
    end()
  })

  test('the file that stops runs is told', async () => {
    const { told, first, end } = watch(configOf({ stop: { file: 'stop-now' } }))
    await settled()
    expect(told).toEqual([])
    writeFileSync(join(folder, 'stop-now'), '')
    expect(await first).toMatch(/^the file stop-now is there/)
    end()
  })

  test('nothing is read or told after its end', async () => {
    answers.set('/ended', { status: 200, body: '' })
    const { told, end } = watch(configOf({ guards: [{ ...http('/ended'), every: 10 }] }))
    while (!asked.includes('/ended')) await settled()
    end()
    await settled()
    answers.set('/ended', { status: 500, body: '' })
    const before = asked.length
    await settled()
    expect([told, asked.length]).toEqual([[], before])
  })

  test('what is read while it ends is not told', async () => {
    const { told, end } = watch(configOf({ guards: [http('/red')] }))
    end()
    await settled()
    expect(told).toEqual([])
  })
})
