import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processAt, runs } from './identity.ts'
import { createPlace, type Place, pause, processLeft, written } from './left-behind.case.ts'
import { sweep } from './sweep.ts'

let world: Place
let place: string
let leases: string
beforeEach(async () => {
  world = await createPlace()
  place = world.path
  leases = world.leases
})
afterEach(() => world[Symbol.asyncDispose]())

describe('a sweep', () => {
  it('ends the process of a harness that is gone, and those in its group, and says so', async () => {
    const file = join(place, 'child')
    const parent = world.program(`
      const child = require('node:child_process').spawn('sleep', ['60'])
      require('node:fs').writeFileSync('${file}', child.pid + ' ')
      setInterval(() => {}, 60_000)`)
    const child = processAt(Number(await written(file, / $/)))
    expect(child?.group).toBe(parent.pid)
    await world.leave([processLeft(parent)])
    expect(await sweep({ leases })).toEqual({ done: [`ended program (process ${parent.pid})`], warnings: [] })
    expect(runs(parent)).toBe(false)
    // It receives the same signal at the same time, and nothing waits for it.
    while (child !== null && runs(child)) await pause()
    expect(await readdir(leases)).toEqual([])
  })

  it('ends in good order what can be, even when it is stopped', async () => {
    const file = join(place, 'said')
    const script = `
      process.on('SIGINT', () => { require('node:fs').writeFileSync('${file}', 'in good order'); process.exit() })
      require('node:fs').writeFileSync('${file}', 'up')
      setInterval(() => {}, 60_000)`
    const orderly = world.program(script)
    while ((await readFile(file, 'utf8').catch(() => '')) !== 'up')
      await new Promise((resolve) => setTimeout(resolve, 5))
    process.kill(orderly.pid, 'SIGSTOP')
    await world.leave([{ kind: 'process', name: 'orderly', members: [orderly], end: 'SIGINT' }])
    await sweep({ leases })
    expect(runs(orderly)).toBe(false)
    expect(await readFile(file, 'utf8')).toBe('in good order')
  })

  it('leaves a process alone that was given the number of one that has ended', async () => {
    const other = world.program()
    await world.leave([processLeft({ pid: other.pid, started: 'earlier' })])
    expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
    expect(runs(other)).toBe(true)
    expect(await readdir(leases)).toEqual([])
  })

  it('removes temporary folders of busproof, and no other', async () => {
    const own = join(place, 'busproof-kafka-0123abcd')
    const others = [join(place, 'mine'), join(place, 'leases', 'busproof-kafka-0123abcd'), `${own}/..`]
    for (const folder of [own, others[0], others[1]]) await mkdir(join(String(folder), 'data'), { recursive: true })
    const file = await world.leave([own, ...others].map((path) => ({ kind: 'folder', path })))
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
    const file = await world.leave(['a b', 'gone', 'stuck'].map((name) => ({ kind: 'proxy', url, name })))
    const { done, warnings } = await sweep({ leases })
    server.close()
    expect(asked).toEqual(['DELETE /proxies/a%20b', 'DELETE /proxies/gone', 'DELETE /proxies/stuck'])
    expect(done).toEqual([`removed the proxy a b at ${url}`])
    expect(warnings).toEqual([`cannot remove the proxy stuck at ${url}; the next sweep tries again: status 500`])
    expect(JSON.parse(await readFile(file, 'utf8')).leftovers).toEqual([{ kind: 'proxy', url, name: 'stuck' }])
  })

  it('takes proxies for gone with their server, where nothing listens any more', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    await new Promise((resolve) => server.close(resolve))
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const file = await world.leave([{ kind: 'proxy', url, name: 'a' }])
    expect(await sweep({ leases })).toEqual({ done: [], warnings: [] })
    expect(existsSync(file)).toBe(false)
  })

  it('has a system of somebody else remove what lies on it, which the lease names by its module', async () => {
    const module = join(world.path, 'system.mjs')
    await writeFile(
      module,
      `export default { contract: 2, name: 'theirs', concurrent: true, sizes: [], missing() {}, start() {},
        sweep: async (settings, prefixes) => prefixes.map((prefix) => \`removed \${prefix} at \${settings.at}\`) }`,
    )
    const system = pathToFileURL(module).href
    const file = await world.leave([{ kind: 'remote', system, settings: { at: 'a' }, prefix: 'bp1a2b3c_' }])
    expect(await sweep({ leases })).toEqual({ done: ['removed bp1a2b3c_ at a'], warnings: [] })
    expect(existsSync(file)).toBe(false)
  })

  it('says so if nothing knows how to remove leftovers on a system', async () => {
    await world.leave([{ kind: 'remote', system: 'absent', settings: {}, prefix: 'bp1a2b3c_' }])
    const { warnings } = await sweep({ leases })
    expect(warnings).toEqual([
      'busproof does not know how to remove everything that starts with bp1a2b3c_ on absent: remove it by hand',
    ])
  })
})
