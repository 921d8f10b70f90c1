import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { type Ran, run } from '../harness/cli/run-program.case.ts'
import { replay } from '../harness/replay.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'busproof-commands-'))
afterAll(() => rmSync(folder, { recursive: true }))

const read = (path: string): string => readFileSync(path, 'utf8')
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('a broken bus', () => {
  const mutant = './mutants/delivery/commits-before-handling.ts'
  const json = join(folder, 'broken.json')
  const junit = join(folder, 'deep', 'broken.xml')
  const failures = join(folder, 'failures')
  let certified: Ran
  let id: string
  let history: string

  beforeAll(async () => {
    const files = ['--json', json, '--junit', junit, '--failures', failures]
    certified = await run(['certify', mutant, '--seed', '3', '--only', 'delivery/6', ...files], root)
    id = /busproof replay (\S+)/.exec(certified.stdout)?.[1] ?? 'none'
    history = join(failures, id, 'history.jsonl')
  })

  test('is not certified, with a story', () => {
    expect(certified.code).toBe(1)
    expect(lastLine(certified.stdout)).toMatch(/^NOT CERTIFIED .*: violated delivery\/6$/)
    expect(certified.stdout).toMatch(/^▶/m)
    expect(certified.stdout).toMatch(/^expected/m)
  })

  test('has its certificate as JSON and as JUnit XML', () => {
    const certificate = JSON.parse(read(json)) as Certificate
    expect(certificate).toMatchObject({
      format: 'busproof.certificate/1',
      certified: false,
      seed: 3,
      site: 'simulated',
    })
    const verdict = certificate.verdicts.find(({ clause }) => clause === 'delivery/6')
    expect(verdict).toMatchObject({
      verdict: 'fail',
      violations: expect.arrayContaining([expect.objectContaining({ clause: 'delivery/6' })]),
    })
    expect(read(junit)).toContain('<failure type="violation"')
  })

  test('fails again when its plan is replayed, and passes on a bus that is mended', async () => {
    const again = await run(['replay', id, '--failures', failures], root)
    expect([again.code, lastLine(again.stdout)]).toEqual([1, 'FAILED 1 of 1 by delivery/6'])
    const mended = await run(['replay', id, '--failures', failures, '--adapter', 'memory', '--repeat', '2'], root)
    expect([mended.code, mended.stdout]).toEqual([0, 'FIXED delivery/6 held in 2 runs\n'])
    const bare = await run(['replay', join(failures, id, 'plan.json'), '--adapter', mutant], root)
    expect(bare.code).toBe(1)
  })

  test('is not called mended by runs in which its faults did not happen', async () => {
    const { faults: _none, ...rest } = JSON.parse(read(join(failures, id, 'plan.json')))
    const file = join(folder, 'idle.json')
    const cut = { kind: 'cut', role: 'publish', direction: 'up', at: 0, lasts: 10, amount: 1_000_000 }
    const reset = { kind: 'reset', role: 'consume', direction: 'up', at: 0, lasts: 10, amount: 0 }
    const plan = { ...rest, faults: [reset, cut] }
    writeFileSync(file, JSON.stringify(plan))
    const { code, stdout } = await run(['replay', file, '--adapter', 'memory'], root)
    expect([code, stdout]).toEqual([
      3,
      'ERROR nothing was violated, but the plan did not happen in 1 run: ' +
        'cut up on publish, 0 ms after traffic began, did not land\n',
    ])
    const { failed, missed } = await replay(new URL('../adapters/memory/index.ts', import.meta.url), plan)
    expect([failed, missed]).toEqual([0, ['cut up on publish, 0 ms after traffic began']])
  })

  test('is not replayed where its servers cannot fail so', async () => {
    const argv = ['replay', 'scenarios/broker-cut-off.json', '--adapter', 'memory']
    expect(await run(argv, root)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'scenarios/broker-cut-off.json cannot happen with memory on the simulated site: no isolation of a server here\n',
    })
  })

  test('has its stored history judged alike', async () => {
    const checked = await run(['check', history])
    expect(checked.code).toBe(1)
    expect(checked.stdout).toMatch(/✖ fail +delivery\/6/)
    expect(lastLine(checked.stdout)).toContain('violated')
  })

  test('has its history judged as far as it goes where it was cut', async () => {
    const cut = join(folder, 'cut.jsonl')
    writeFileSync(cut, read(history).slice(0, 4_000))
    const checked = await run(['check', cut])
    expect(checked.stdout).toContain('was cut in the middle of line')
    expect(checked.stdout).toContain('the history was cut')
    expect(checked.code).not.toBe(0)
    const lines = read(history).split('\n')
    writeFileSync(cut, lines.toSpliced(5, 1, '{"type":"de').join('\n'))
    expect(await run(['check', cut])).toMatchObject({ code: 2, stderr: expect.stringContaining('line 6') })
  })
})

describe('an interrupt', () => {
  test('ends a certification in good order, with its report, and with 130', async () => {
    const json = join(folder, 'interrupted.json')
    const main = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))
    const args = ['certify', 'memory', '--runs', '100000', '--json', json, '--failures', join(folder, 'failures')]
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      if (said === '') child.kill('SIGINT')
      said += chunk.toString()
    })
    expect(await ended).toBe(130)
    expect(said).toContain('interrupted')
    expect(existsSync(json)).toBe(true)
    expect(JSON.parse(read(json))).toMatchObject({ certified: false })
  })
})
