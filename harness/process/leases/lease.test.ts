import { readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownNamespace, runs } from './identity.ts'
import { createLease } from './lease.ts'
import { createPlace, type Place, processLeft, self } from './left-behind.case.ts'
import { LEASE_FORMAT } from './leftover.ts'
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
      namespace: ownNamespace(),
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
    const { pid, started } = world.program()
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
