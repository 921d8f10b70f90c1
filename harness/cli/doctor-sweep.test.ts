import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { leasesFolder } from '../process/leases/folder.ts'
import { ownNamespace } from '../process/leases/identity.ts'
import { run } from './run-program.case.ts'

let place: string
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'busproof-doctor-'))
  vi.stubEnv('TMPDIR', place)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(place, { recursive: true })
})

const OWNER = { pid: process.pid, started: 'before this process received its number' }

async function leave(...folders: string[]): Promise<string> {
  const leftovers = folders.map((path) => ({ kind: 'folder', path }))
  await mkdir(leasesFolder(), { mode: 0o700 })
  await mkdir(join(place, 'mine'))
  const file = join(leasesFolder(), 'left.json')
  const where = { machine: hostname(), namespace: ownNamespace() }
  await writeFile(file, JSON.stringify({ format: 'busproof.lease/1', ...where, owner: OWNER, leftovers }))
  return file
}

test('doctor --sweep says that nothing was left behind', async () => {
  expect(await run(['doctor', '--sweep'], place)).toEqual({ code: 0, stdout: 'nothing was left behind\n', stderr: '' })
})

test('doctor --sweep says each thing that it removed, and fails when something stays', async () => {
  const folder = join(place, 'busproof-memory-0123abcd')
  await mkdir(folder)
  await leave(folder, join(place, 'mine'))
  const { code, stdout, stderr } = await run(['doctor', '--sweep'], place)
  expect([code, stdout]).toEqual([3, `removed the folder ${folder}\n`])
  expect(stderr).toContain(`${join(place, 'mine')} is not a temporary folder of busproof`)
  expect(await readdir(place)).toContain('mine')
})

test('doctor --sweep --json says the same to programs', async () => {
  await leave(join(place, 'mine'))
  const { code, stdout } = await run(['doctor', '--sweep', '--json'], place)
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toEqual({
    done: [],
    warnings: [expect.stringContaining('mine is not a temporary folder')],
  })
})
