/** In virtual time the same plan leaves the same history, or the certificate says that it does not. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { run } from '../harness/cli/run-program.case.ts'
import { readFailure } from '../harness/search/stored.ts'
import { violated } from './violated.case.ts'

const at = (path: string): URL => new URL(path, import.meta.url)
const root = fileURLToPath(at('..'))
const folder = mkdtempSync(join(tmpdir(), 'busproof-determinism-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PARTED = /"[^"]+" at [\d.]+ ms, as in the first run, then "[^"]+" at [\d.]+ ms; see determinism-[0-9a-f]{8}$/

describe('a bus that keeps state from one run to the next', () => {
  let certificate: Certificate
  beforeAll(async () => {
    certificate = await certify(at('fixtures/diverging/keeps-state.ts'), {
      seed: 1,
      runs: 1,
      lanes: 1,
      shrink: 20_000,
      failures: folder,
      regressions: null,
    })
  })

  test('is an error, which names both versions of the first event that differs', () => {
    expect(certificate.certified).toBe(false)
    expect(certificate.error).toMatch(
      /^the same plan produced two histories in virtual time, which differ from line \d+/,
    )
    expect(certificate.error).toMatch(PARTED)
    expect(violated(certificate)).toEqual([])
  })

  test('has its plan stored, shrunk, with a story that says what usually causes it', async () => {
    const [failure] = certificate.failures
    expect(failure).toMatchObject({ clause: 'determinism', confirmed: { failed: 1, of: 1 } })
    expect(failure?.shrunk.to.messages).toBeLessThan(failure?.shrunk.from.messages ?? 0)
    expect(failure?.story.some((line) => line.startsWith('▶'))).toBe(true)
    expect(failure?.story.join(' ')).toContain('state that a module keeps from one bus to the next')
    expect(readdirSync(folder)).toContain(failure?.id)
    expect((await readFailure(failure?.id ?? '', folder)).plan).toEqual(failure?.plan)
  })

  test('ends the command with 3, and is replayed by the id of what is stored', async () => {
    const id = certificate.failures[0]?.id ?? ''
    const again = await run(['replay', id, '--failures', folder], root)
    expect([again.code, again.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      3,
      expect.stringMatching(/^ERROR the same plan produced two histories/),
    ])
    const mended = await run(['replay', id, '--failures', folder, '--adapter', 'memory'], root)
    expect(mended).toMatchObject({ code: 0, stdout: expect.stringContaining('FIXED determinism held in 2 runs') })
    const real = await run(['replay', id, '--failures', folder, '--site', 'real'], root)
    expect(real).toMatchObject({ code: 2, stderr: expect.stringContaining('leave --site out') })
    const adapter = './test/fixtures/diverging/keeps-state.ts'
    const argv = ['certify', adapter, '--seed', '1', '--runs', '1', '--lanes', '1', '--failures', folder]
    expect((await run(argv, root)).code).toBe(3)
  })
})

test('a failure of a bus that does not repeat itself is a violation, and its certificate reports both', async () => {
  const certificate = await certify(at('fixtures/diverging/keeps-state-and-loses.ts'), {
    seed: 3,
    only: ['delivery/4', 'delivery/6'],
    lanes: 1,
    shrink: 1_000,
    failures: null,
    regressions: null,
  })
  const asked = certificate.verdicts.filter(({ verdict }) => verdict !== 'not run')
  expect(asked.map(({ clause, verdict }) => [clause, verdict])).toEqual([
    ['delivery/4', 'error'],
    ['delivery/6', 'fail'],
  ])
  expect(certificate.error).toMatch(
    /another history when it was repeated in virtual time: first "[^"]+" at .*, then "[^"]+" at/,
  )
  expect(certificate.failures[0]?.story.join(' ')).toContain('produced another history')
})

test('a failure that an earlier run left behind is not called fixed, though it does not come in the first', async () => {
  const adapter = './mutants/delivery/opens-once-a-process.ts'
  const { failures } = await certify(at('../mutants/delivery/opens-once-a-process.ts'), {
    seed: 2,
    only: ['delivery/13'],
    lanes: 1,
    shrink: 2_000,
    failures: folder,
    regressions: null,
  })
  const id = failures[0]?.id ?? ''
  const { code, stdout } = await run(['replay', id, '--failures', folder, '--adapter', adapter], root)
  expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([1, 'FAILED 1 of 2 by delivery/13'])
  expect(stdout.replaceAll('\n', ' ')).toContain(
    'This plan produced another history when it was repeated in virtual time',
  )
})
