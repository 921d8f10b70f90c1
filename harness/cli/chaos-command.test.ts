import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readChaos } from '../chaos/file/read.ts'
import { CHAOS_TEMPLATE } from '../chaos/file/template.ts'
import { run } from './run-program.case.ts'

const root = mkdtempSync(join(tmpdir(), 'busproof-chaos-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Counts who connects. */
let connections = 0
let server: Server
let port = 0
beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
})
afterAll(() => server.close())

beforeEach(() => {
  connections = 0
  vi.stubEnv('BUSPROOF_REMOTE_ALLOW', undefined)
  vi.stubEnv('BUSPROOF_REMOTE_POSTGRES', undefined)
})
afterEach(() => vi.unstubAllEnvs())

let folders = 0
function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const MEMORY = `target: { adapter: memory, site: real }
load: { rate: 1200/s, nodes: 3, topics: 2, groups: 2, members: 1, producers: 4 }
duration: 20s
epoch: 8s
faults:
  kinds: [refuse, latency, isolate, kill]
  lasts: 1s
  rest: 500ms
thresholds: [violations == 0, p99(publish) < 1s over 1m]
`

describe('chaos --dry-run', () => {
  test('shows what would be done, without doing it', async () => {
    const more = `guards: [{ http: "http://127.0.0.1:${port}/", every: 5s }]\nstop: { file: ./stop-chaos }\n`
    const folder = folderWith({ 'chaos.yaml': MEMORY + more, 'stop-chaos': '' })
    const { code, stdout, stderr } = await run(['chaos', 'chaos.yaml', '--dry-run'], folder)
    expect([code, stderr, connections]).toEqual([0, '', 0])
    expect(readdirSync(folder).sort()).toEqual(['chaos.yaml', 'stop-chaos'])
    const lines = stdout.trimEnd().split('\n')
    for (const line of [
      'target     memory on memory, real site',
      'load       1,200/s for 20.0 s, in epochs of 8.0 s',
      '           3 nodes, 4 producers, 2 groups of 1 member on 2 topics of 3 partitions',
      'faults     refuse, latency, isolate, kill',
      'thresholds violations == 0; p99(publish) < 1s over 1m',
      `guards     http://127.0.0.1:${port}/ every 5.0 s`,
      'stop       Ctrl-C, or the file ./stop-chaos',
    ])
      expect(lines).toContain(line)
    const shown = lines.flatMap((line) => {
      const [, epoch, at, what = ''] = /^ {11}epoch (\d+), (\d+) ms: (.+)$/.exec(line) ?? []
      return epoch === undefined ? [] : [{ epoch: Number(epoch), at: Number(at), what }]
    })
    expect(new Set(shown.map(({ epoch }) => epoch))).toEqual(new Set([1, 2, 3]))
    for (const { what } of shown)
      expect(what).toMatch(
        /^((publish|consume|dead-letter): (refuse|latency (up|down)) for 1\.0 s|server 0: isolate for 1\.0 s|node [012]: killed)$/,
      )
    expect(shown).toEqual(shown.toSorted((one, other) => one.epoch - other.epoch || one.at - other.at))
    // The last of 20 s is half an epoch, and each fault ends in it.
    expect(Math.max(...shown.filter(({ epoch }) => epoch === 3).map(({ at }) => at))).toBeLessThanOrEqual(3_000)
    expect((await run(['chaos', 'chaos.yaml', '--dry-run'], folder)).stdout).toBe(stdout)
  })

  test('of a shard shows its part', async () => {
    const { code, stdout } = await run(
      ['chaos', 'chaos.yaml', '--dry-run', '--shard', '2/4'],
      folderWith({ 'chaos.yaml': MEMORY }),
    )
    expect([code, stdout]).toEqual([0, expect.stringContaining('\nshard      2 of 4\nload       300/s for 20.0 s')])
  })

  test('a shard without a certificate to merge is refused', async () => {
    const { code, stderr } = await run(['chaos', 'chaos.yaml', '--shard', '1/2'], folderWith({ 'chaos.yaml': MEMORY }))
    expect([code, stderr]).toEqual([2, '--shard needs --json FILE, for busproof merge: add it\n'])
  })

  test('a file of events that cannot be written is refused', async () => {
    const folder = folderWith({ 'chaos.yaml': MEMORY })
    const { code, stderr } = await run(['chaos', 'chaos.yaml', '--events', 'none/events.jsonl'], folder)
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^--events none\/events\.jsonl: this file cannot be written \(ENOENT.*\); give another path\n$/,
      ),
    ])
  })

  test.each(['0/4', '5/4', '2', 'a/b', ''])('refuses the shard %j', async (shard) => {
    const { code, stderr } = await run(['chaos', 'chaos.yaml', '--shard', shard], folderWith({ 'chaos.yaml': MEMORY }))
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Give the number of the shard and how many there are/)])
  })

  test('connects to no system that runs already, and shows no secret', async () => {
    const text = `target:
  adapter: postgres
  address: postgres://user:hunter2@127.0.0.1:${port}/db
  allow: [127.0.0.1]
load: { rate: 10/s }
messages: 500
faults: { kinds: [refuse, pause] }
`
    const { code, stdout, stderr } = await run(['chaos', 'a.yaml', '--dry-run'], folderWith({ 'a.yaml': text }))
    expect([code, stderr, connections]).toEqual([0, '', 0])
    expect(stdout).toContain('target     postgres on postgres, remote site, hosts 127.0.0.1\n')
    expect(stdout).toContain('pin        none: ')
    expect(stdout).toContain('load       10/s for 500 messages, in epochs of 30.0 s\n')
    expect(stdout).toContain('faults     refuse\n           not possible here: pause\n')
    expect(stdout).toContain('thresholds none\nguards     none\nstop       Ctrl-C\n')
    expect(stdout).not.toContain('hunter2')
  })

  test('refuses what looks like production, unless its name is said', async () => {
    const folder = folderWith({
      'a.yaml': `target: { adapter: postgres, address: "postgres://u:hunter2@127.0.0.1:${port}/db", allow: [prod-1] }
load: { rate: 10/s }
duration: 1m
`,
    })
    const refused = await run(['chaos', 'a.yaml', '--dry-run'], folder)
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toMatch(/^target: prod-1 looks like production, .*--i-know-this-is prod-1\n$/)
    const said = await run(['chaos', 'a.yaml', '--dry-run', '--i-know-this-is', 'prod-1'], folder)
    expect([said.code, said.stderr]).toEqual([0, ''])
  })
})

describe('chaos --init', () => {
  test('writes a file that can be read, and names what to type next', async () => {
    const folder = folderWith()
    const { code, stdout, stderr } = await run(['chaos', 'my.yaml', '--init'], folder)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe('wrote my.yaml; next: edit it, then busproof chaos my.yaml --dry-run\n')
    const written = readFileSync(join(folder, 'my.yaml'), 'utf8')
    expect(written).toBe(CHAOS_TEMPLATE)
    expect(() => readChaos(written, 'my.yaml')).not.toThrow()
  })

  test('writes over nothing', async () => {
    const folder = folderWith({ 'my.yaml': 'mine' })
    const { code, stdout, stderr } = await run(['chaos', 'my.yaml', '--init'], folder)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe('my.yaml is there already: give another path, or remove it first\n')
    expect(readFileSync(join(folder, 'my.yaml'), 'utf8')).toBe('mine')
  })
})

describe('chaos ends with 2, and says why in one sentence,', () => {
  const refused = async (argv: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> => {
    const folder = folderWith(files)
    const { code, stdout, stderr } = await run(['chaos', ...argv], folder)
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1])
    expect(existsSync(join(folder, '.busproof'))).toBe(false)
    return stderr
  }

  test('for a malformed file, with its line and column', async () => {
    const files = { 'a.yaml': 'target: { adapter: memory, site: real }\nload: { rate: 10 }\nduration: 1m\n' }
    for (const argv of [['a.yaml'], ['a.yaml', '--dry-run']])
      expect(await refused(argv, files)).toBe('a.yaml:2:15: load.rate: must be a text such as 100/s, found 10.\n')
  })

  test('for a file that is not there', async () => {
    expect(await refused(['absent.yaml'])).toMatch(
      /^chaos absent\.yaml: this file cannot be read \(ENOENT.*\); give the path of a chaos file\n$/,
    )
  })

  test('for no file', async () => {
    expect(await refused([])).toBe("error: missing required argument 'file'\n")
  })

  test('for an adapter that is not there', async () => {
    const files = { 'a.yaml': MEMORY.replace('memory', './absent.ts') }
    expect(await refused(['a.yaml', '--dry-run'], files)).toMatch(/^\.\/absent\.ts: there is no such file/)
  })

  test('for a file that stops every run', async () => {
    const files = { 'a.yaml': `${MEMORY}stop: { file: ./stop }\n`, stop: '' }
    expect(await refused(['a.yaml'], files)).toBe(
      'no run was started: the file ./stop is there, which stops every run: remove it to run again\n',
    )
  })
})
