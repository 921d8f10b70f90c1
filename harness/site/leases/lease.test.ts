import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processAt, runs } from './identity.ts'
import { createLease } from './lease.ts'
import { LEASE_FORMAT, type Leftover } from './leftover.ts'
import { sweep } from './sweep.ts'

let place: string
let leases: string
const children: ChildProcess[] = []

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'busproof-lease-'))
  leases = join(place, 'leases')
  await mkdir(leases, { mode: 0o700 })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(place, { recursive: true })
})

/** A program in a process group of its own. */
function program(script = 'setInterval(() => {}, 60_000)'): { readonly pid: number; readonly started: string } {
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' })
  children.push(child)
  const found = processAt(child.pid ?? 0)
  if (found === null) throw new Error('the program does not run')
  return { pid: found.pid, started: found.started }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** What a program has written, once it looks so. */
async function written(file: string, wanted: RegExp): Promise<string> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '') // It is not there yet.
    if (wanted.test(text)) return text
    await pause()
  }
}

const self = processAt(process.pid) ?? { pid: process.pid, started: 'unknown' }
const NOBODY = { pid: self.pid, started: 'before this process was given its number' }

async function leave(leftovers: readonly Leftover[], more: object = {}): Promise<string> {
  const file = join(leases, 'left.json')
  const lease = { format: LEASE_FORMAT, machine: hostname(), owner: NOBODY, leftovers, ...more }
  await writeFile(file, JSON.stringify(lease))
  return file
}

const processLeft = (member: { pid: number; started: string }): Leftover => ({
  kind: 'process',
  name: 'program',
  members: [member],
  end: 'SIGKILL',
})

describe('a lease', () => {
  it('is on disk while something is held, and says what, and who holds it', async () => {
    const hold = createLease(leases)
    expect(await readdir(leases)).toEqual([])
    const proxy = { kind: 'proxy', url: 'http://127.0.0.1:8474', name: 'bp1a2b3c_publish' } as const
    const folder = { kind: 'folder', path: join(place, 'busproof-memory-00000000') } as const
    const releases = [hold(proxy), hold(folder)]
    const [name = ''] = await readdir(leases)
    expect(JSON.parse(await readFile(join(leases, name), 'utf8'))).toEqual({
      format: LEASE_FORMAT,
      machine: hostname(),
      owner: { pid: process.pid, started: self.started },
      leftovers: [proxy, folder],
    })
    releases[0]?.()
    releases[0]?.()
    expect(await readdir(leases)).toEqual([name])
    releases[1]?.()
    expect(await readdir(leases)).toEqual([])
  })

  it('of a process that lives is not swept', async () => {
    const { pid, started } = program()
    const release = createLease(leases)(processLeft({ pid, started }))
    expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
    expect(runs({ pid, started })).toBe(true)
    expect(await readdir(leases)).toHaveLength(1)
    release()
  })

  it('refuses a prefix that somebody else could have too', () => {
    const hold = createLease(leases)
    expect(() => hold({ kind: 'remote', system: 'kafka', settings: {}, prefix: 'bp' })).toThrow(/"bp" is too short/)
  })
})

describe('a sweep', () => {
  it('ends the process of a harness that is gone, and those in its group, and says so', async () => {
    const file = join(place, 'child')
    const parent = program(`
      const child = require('node:child_process').spawn('sleep', ['60'])
      require('node:fs').writeFileSync('${file}', child.pid + ' ')
      setInterval(() => {}, 60_000)`)
    const child = processAt(Number(await written(file, / $/)))
    expect(child?.group).toBe(parent.pid)
    await leave([processLeft(parent)])
    expect(await sweep({ leases })).toEqual({ done: [`ended program (process ${parent.pid})`], warnings: [] })
    expect(runs(parent)).toBe(false)
    // It is sent the same signal at the same time, and nobody waits for it.
    while (child !== null && runs(child)) await pause()
    expect(await readdir(leases)).toEqual([])
  })

  it('ends in good order what can be, even when it is stopped', async () => {
    const file = join(place, 'said')
    const script = `
      process.on('SIGINT', () => { require('node:fs').writeFileSync('${file}', 'in good order'); process.exit() })
      require('node:fs').writeFileSync('${file}', 'up')
      setInterval(() => {}, 60_000)`
    const orderly = program(script)
    while ((await readFile(file, 'utf8').catch(() => '')) !== 'up')
      await new Promise((resolve) => setTimeout(resolve, 5))
    process.kill(orderly.pid, 'SIGSTOP')
    await leave([{ kind: 'process', name: 'orderly', members: [orderly], end: 'SIGINT' }])
    await sweep({ leases })
    expect(runs(orderly)).toBe(false)
    expect(await readFile(file, 'utf8')).toBe('in good order')
  })

  it('leaves a process alone that was given the number of one that has ended', async () => {
    const other = program()
    await leave([processLeft({ pid: other.pid, started: 'earlier' })])
    expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
    expect(runs(other)).toBe(true)
    expect(await readdir(leases)).toEqual([])
  })

  it('removes temporary folders of busproof, and no other', async () => {
    const own = join(place, 'busproof-kafka-0123abcd')
    const others = [join(place, 'mine'), join(place, 'leases', 'busproof-kafka-0123abcd'), `${own}/..`]
    for (const folder of [own, others[0], others[1]]) await mkdir(join(String(folder), 'data'), { recursive: true })
    const file = await leave([own, ...others].map((path) => ({ kind: 'folder', path })))
    const { done, warnings } = await sweep({ leases })
    expect(done).toEqual([`removed the folder ${own}`])
    expect(warnings).toEqual(others.map((path) => expect.stringContaining(`${path} is not a temporary folder`)))
    expect((await readdir(place)).sort()).toEqual(['leases', 'mine'])
    expect(JSON.parse(await readFile(file, 'utf8')).leftovers).toHaveLength(3)
  })

  it('removes proxies through the control API, and tries again another time where that fails', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.statusCode =
        { 'a b': 204, gone: 404 }[decodeURIComponent(request.url ?? '').slice('/proxies/'.length)] ?? 500
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const file = await leave(['a b', 'gone', 'stuck'].map((name) => ({ kind: 'proxy', url, name })))
    const { done, warnings } = await sweep({ leases })
    server.close()
    expect(asked).toEqual(['DELETE /proxies/a%20b', 'DELETE /proxies/gone', 'DELETE /proxies/stuck'])
    expect(done).toEqual([`removed the proxy a b at ${url}`])
    expect(warnings).toEqual([`cannot remove the proxy stuck at ${url}, and will try again: status 500`])
    expect(JSON.parse(await readFile(file, 'utf8')).leftovers).toEqual([{ kind: 'proxy', url, name: 'stuck' }])
  })

  it('takes proxies for gone with their server, where nothing listens any more', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    await new Promise((resolve) => server.close(resolve))
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const file = await leave([{ kind: 'proxy', url, name: 'a' }])
    expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
    expect(existsSync(file)).toBe(false)
  })

  it('says so when nobody knows how to remove what lies on a system', async () => {
    await leave([{ kind: 'remote', system: 'absent', settings: {}, prefix: 'bp1a2b3c_' }])
    const { warnings } = await sweep({ leases })
    expect(warnings).toEqual(['nobody knows how to remove what begins with bp1a2b3c_ on absent: remove it by hand'])
  })

  it.each([
    ['is cut', '{"format":'],
    ['is of another kind', '{"hello":"world"}'],
    [
      'is of a later version',
      JSON.stringify({ format: 'busproof.lease/2', owner: NOBODY, machine: hostname(), leftovers: [] }),
    ],
    [
      'names every process',
      JSON.stringify({
        format: LEASE_FORMAT,
        owner: NOBODY,
        machine: hostname(),
        leftovers: [processLeft({ pid: -1, started: 'x' })],
      }),
    ],
  ])('warns of a lease that %s, and goes on', async (_how, text) => {
    const folder = join(place, 'busproof-memory-0123abcd')
    await mkdir(folder)
    await leave([{ kind: 'folder', path: folder }])
    await writeFile(join(leases, 'bad.json'), text)
    const { done, warnings } = await sweep({ leases })
    expect(done).toEqual([`removed the folder ${folder}`])
    expect(warnings).toEqual([expect.stringMatching(/bad\.json is no lease that can be read \(.+\): remove the file$/)])
    expect(await readdir(leases)).toEqual(['bad.json'])
  })

  it('does not judge processes of another machine', async () => {
    await leave([{ kind: 'folder', path: join(place, 'busproof-memory-0123abcd') }], { machine: 'another' })
    const { done, warnings } = await sweep({ leases })
    expect([done, warnings]).toEqual([[], [expect.stringContaining('left.json is of the machine another')]])
  })

  it('removes the draft of a harness that was killed while it wrote', async () => {
    const ended = program('')
    while (runs(ended)) await pause()
    await writeFile(join(leases, `${ended.pid}-0.json.draft`), '')
    await writeFile(join(leases, `${process.pid}-0.json.draft`), '')
    await sweep({ leases })
    expect(await readdir(leases)).toEqual([`${process.pid}-0.json.draft`])
  })

  it('obeys no folder that others can write to', async () => {
    await leave([processLeft(program())])
    await chmod(leases, 0o777)
    const refusal = {
      done: [],
      warnings: [expect.stringContaining('is not a folder that only this user can write to')],
    }
    expect(await sweep({ leases })).toEqual(refusal)
    await symlink(leases, join(place, 'link'))
    expect(await sweep({ leases: join(place, 'link') })).toEqual(refusal)
  })

  it('finds nothing where nothing was ever held', async () => {
    expect(await sweep({ leases: join(place, 'absent'), histories: join(place, 'absent') })).toEqual({
      done: [],
      warnings: [],
    })
  })
})
