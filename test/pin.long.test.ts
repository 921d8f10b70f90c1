/** A failure that is pinned is run first ever after. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { type Ran, run } from '../harness/cli/run-program.case.ts'
import { violated } from './violated.case.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'busproof-pin-'))
afterAll(() => rmSync(folder, { recursive: true }))

const mutant = new URL('../mutants/delivery/commits-before-handling.ts', import.meta.url)
const memory = new URL('../adapters/memory/index.ts', import.meta.url)
const failures = join(folder, 'failures')
const regressions = join(folder, 'pins')
const read = (file: string): string => readFileSync(join(regressions, file), 'utf8')

describe('a failure', () => {
  let found: Certificate
  let id: string
  const pin = (...flags: readonly string[]): Promise<Ran> =>
    run(['pin', id, '--failures', failures, '--regressions', regressions, ...flags], root)

  beforeAll(async () => {
    found = await certify(mutant, {
      seed: 3,
      only: ['delivery/6'],
      lanes: 1,
      failures,
      regressions: null,
      shrink: 3_000,
    })
    id = found.failures[0]?.id ?? 'none'
  })

  test('is pinned with its plan, its clause and its reason', async () => {
    expect(await pin()).toEqual({
      code: 0,
      stdout: expect.stringContaining(`pinned: ${join(regressions, `${id}.json`)} (certify now runs it first`),
      stderr: '',
    })
    expect(readdirSync(regressions)).toEqual([`${id}.json`])
    expect(JSON.parse(read(`${id}.json`))).toMatchObject({
      format: 'busproof.regression/2',
      name: id,
      text: expect.stringMatching(
        /^group g0 committed .* \(early commit\)\. Found with seed 3, and failed 1 of 1 times when it was repeated\.$/,
      ),
      pinned: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      clause: 'delivery/6',
      adapter: 'mutants/delivery/commits-before-handling.ts',
      site: 'simulated',
      plan: found.failures[0]?.plan,
    })
  })

  test('is pinned once, however often, and whatever it is called then', async () => {
    const before = read(`${id}.json`)
    expect(await pin()).toMatchObject({ code: 0, stdout: expect.stringContaining(`${id} is already pinned: `) })
    expect((await pin('--name', 'Something else')).code).toBe(0)
    expect(readdirSync(regressions)).toEqual([`${id}.json`])
    expect(read(`${id}.json`)).toBe(before)
  })

  test('is run first, and found by its pin alone', async () => {
    const again = await certify(mutant, {
      seed: 9,
      only: ['delivery/6'],
      lanes: 1,
      failures: null,
      regressions,
      shrink: 0,
    })
    expect([again.runs, again.verdicts.find(({ clause }) => clause === 'delivery/6')?.verdict]).toEqual([1, 'fail'])
    expect(again.failures[0]?.plan).toEqual(found.failures[0]?.plan)
    expect(again.notes).toContain('Pinned plans run first: 1.')
    const none = { seed: 9, only: ['delivery/6'], lanes: 1, failures: null, regressions: null, shrink: 0 } as const
    expect((await certify(mutant, none)).notes.join(' ')).not.toContain('Pinned')
  })

  test('is run for each bus that it fits, and told of where it does not', async () => {
    const file = JSON.parse(read(`${id}.json`))
    const unfit = { ...file, name: 'A server cut off', plan: { ...file.plan } }
    unfit.plan.outages = [{ kind: 'isolate', server: 0, at: 10, lasts: 10 }]
    writeFileSync(join(regressions, 'unfit.json'), JSON.stringify(unfit))
    const certificate = await certify(memory, {
      seed: 1,
      only: ['delivery/6'],
      runs: 1,
      lanes: 1,
      regressions,
    })
    expect(certificate.notes).toContain('Pinned plans run first: 1.')
    expect(certificate.notes).toContain('Pinned plan not run: A server cut off (no isolation of a server here).')
    expect(certificate.error).toBeNull()
    expect(violated(certificate)).toEqual([])
    rmSync(join(regressions, 'unfit.json'))
  })

  test('is replayed by its pin, which knows clause and adapter', async () => {
    const file = join(regressions, `${id}.json`)
    expect(await run(['replay', file], root)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('FAILED 1 of 1 by delivery/6'),
    })
    const mended = await run(['replay', file, '--adapter', 'memory'], root)
    expect([mended.code, mended.stdout]).toEqual([0, 'FIXED delivery/6 held in 2 runs\n'])
  })

  test("has a name of its own, a reason of its own, and takes no other's file", async () => {
    const other = join(folder, 'more')
    const named = (...flags: readonly string[]): Promise<Ran> => pin('--regressions', other, ...flags)
    expect((await named('--name', 'Lost in the close', '--why', 'Ticket 12')).code).toBe(0)
    const pinned = JSON.parse(readFileSync(join(other, 'lost-in-the-close.json'), 'utf8'))
    expect(pinned).toMatchObject({ name: 'Lost in the close', text: 'Ticket 12' })
    const changed = { ...pinned, plan: { ...pinned.plan, seed: 1 } }
    writeFileSync(join(other, 'lost-in-the-close.json'), JSON.stringify(changed))
    expect(await named('--name', 'Lost in the close')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /lost-in-the-close\.json pins another plan: give another --name, or remove that file\n$/,
      ),
    })
    expect((await pin('--regressions', join(folder, 'unsaid'), '--why', ' ')).code).toBe(0)
    const unsaid = JSON.parse(readFileSync(join(folder, 'unsaid', `${id}.json`), 'utf8'))
    expect(unsaid.text).toBe(JSON.parse(read(`${id}.json`)).text)
    const foreign = '{ "name": "mine" }'
    writeFileSync(join(other, 'package.json'), foreign)
    expect(await named('--name', 'package')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/package\.json already exists and is not a pinned plan: give another --name/),
    })
    expect(readFileSync(join(other, 'package.json'), 'utf8')).toBe(foreign)
    expect(await named('--name', '…')).toMatchObject({ code: 2, stderr: expect.stringContaining('--name …: ') })
  })

  test('is pinned again if its pin is broken, which stops every certification until then', async () => {
    const file = join(regressions, `${id}.json`)
    writeFileSync(file, read(`${id}.json`).slice(0, 100))
    const argv = ['certify', 'memory', '--runs', '1', '--regressions', regressions]
    expect(await run(argv, root)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^\S+\.json: not JSON \(.*\); pin the failure again, or remove the file\n$/),
    })
    expect((await pin()).code).toBe(0)
    expect(JSON.parse(read(`${id}.json`))).toMatchObject({ clause: 'delivery/6' })
  })

  test('that is not stored cannot be pinned', async () => {
    expect(await run(['pin', 'delivery-1-00000000', '--failures', failures], root)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^No stored failure delivery-1-00000000: /),
    })
  })

  test('is pinned into the folder that one works in', async () => {
    const project = join(folder, 'project')
    cpSync(failures, join(project, '.busproof/failures'), { recursive: true })
    expect((await run(['pin', id], project)).stdout).toContain(`pinned: scenarios/regressions/${id}.json`)
    expect(existsSync(join(project, 'scenarios/regressions', `${id}.json`))).toBe(true)
  })
})
