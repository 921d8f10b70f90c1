import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownName, runs } from './identity.ts'
import { createPlace, NOBODY, type Place, pause, processLeft } from './left-behind.case.ts'
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

describe('leases that a sweep finds', () => {
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
        namespace: null,
        leftovers: [processLeft({ pid: -1, started: 'x' })],
      }),
    ],
  ])('warns of a lease that %s, and goes on', async (_how, text) => {
    const folder = join(place, 'busproof-memory-0123abcd')
    await mkdir(folder)
    await world.leave([{ kind: 'folder', path: folder }])
    await writeFile(join(leases, 'bad.json'), text)
    const { done, warnings } = await sweep({ leases })
    expect(done).toEqual([`removed the folder ${folder}`])
    expect(warnings).toEqual([expect.stringMatching(/bad\.json is not a readable lease \(.+\): remove the file$/)])
    expect(await readdir(leases)).toEqual(['bad.json'])
  })

  it('does not judge processes of another machine', async () => {
    await world.leave([{ kind: 'folder', path: join(place, 'busproof-memory-0123abcd') }], { machine: 'another' })
    const { done, warnings } = await sweep({ leases })
    expect([done, warnings]).toEqual([[], [expect.stringContaining('left.json belongs to the machine another')]])
  })

  it('touches nothing of a harness in another container, whose numbers mean other processes', async () => {
    const other = world.program()
    const folder = join(place, 'busproof-memory-0123abcd')
    await mkdir(folder)
    const file = await world.leave([processLeft(other), { kind: 'folder', path: folder }], { namespace: 'pid:[1]' })
    const { done, warnings } = await sweep({ leases })
    expect([done, warnings]).toEqual([
      [],
      [expect.stringMatching(/left\.json belongs to a harness in another container/)],
    ])
    expect([runs(other), existsSync(folder), existsSync(file)]).toEqual([true, true, true])
  })

  it('sees to a harness that was the first process of its container', async () => {
    const folder = join(place, 'busproof-memory-0123abcd')
    await mkdir(folder)
    await world.leave([{ kind: 'folder', path: folder }], { owner: { ...NOBODY, pid: 1 } })
    expect(await sweep({ leases })).toEqual({ done: [`removed the folder ${folder}`], warnings: [] })
  })

  it('removes the draft of a harness here that was killed while it wrote', async () => {
    // It is known before it ends, however busy the machine is.
    const ended = world.program()
    process.kill(ended.pid, 'SIGKILL')
    while (runs(ended)) await pause()
    const here = ownName().slice(String(process.pid).length)
    const others = [`${ownName()}-0.json.draft`, `${ended.pid}.1-0.json.draft`]
    for (const name of [`${ended.pid}${here}-0.json.draft`, ...others]) await writeFile(join(leases, name), '')
    await sweep({ leases })
    expect((await readdir(leases)).sort()).toEqual(others.sort())
  })

  it('obeys no folder that others can write to', async () => {
    await world.leave([processLeft(world.program())])
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
