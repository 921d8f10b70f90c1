import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
      format: 'busproof.certificate/3',
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

  test('fails again when its plan is replayed, and passes on a fixed bus', async () => {
    const again = await run(['replay', id, '--failures', failures], root)
    expect([again.code, lastLine(again.stdout)]).toEqual([1, 'FAILED 1 of 1 by delivery/6'])
    expect(again.stdout).toContain('\nThe story is the same as the stored one.\n')
    const byFolder = await run(['replay', join(failures, id)], root)
    expect([byFolder.code, lastLine(byFolder.stdout)]).toEqual([1, 'FAILED 1 of 1 by delivery/6'])
    const mended = await run(['replay', id, '--failures', failures, '--adapter', 'memory', '--repeat', '2'], root)
    expect([mended.code, lastLine(mended.stdout)]).toEqual([0, 'FIXED delivery/6 held in 2 runs'])
    expect(mended.stdout).toMatch(/^The run differs from the stored one, first at line \d+ of history\.jsonl: then "/)
    const bare = await run(['replay', join(failures, id, 'plan.json'), '--adapter', mutant], root)
    expect(bare.code).toBe(1)
  })

  test('is replayed by its certificate alone, wherever that was taken', async () => {
    const certificate = JSON.parse(read(json)) as Certificate
    renameSync(failures, `${failures}-not-here`)
    const again = await run(['replay', json], root)
    renameSync(`${failures}-not-here`, failures)
    expect([again.code, lastLine(again.stdout)]).toEqual([1, 'FAILED 1 of 1 by delivery/6'])
    expect(again.stdout).toContain('\nThe story is the same as the stored one.\n')
    const mended = await run(['replay', json, '--adapter', 'memory'], root)
    expect([mended.code, lastLine(mended.stdout)]).toEqual([0, 'FIXED delivery/6 held in 2 runs'])
    // Of a version that kept the plan in the failure's folder only.
    const older = certificate.failures.map(({ plan: _plan, adapter: _adapter, ...failure }) => failure)
    const several = join(folder, 'several.json')
    writeFileSync(several, JSON.stringify({ ...certificate, failures: [...older, ...certificate.failures] }))
    const both = await run(['replay', several, '--only', 'delivery/6'], root)
    expect(both.stdout.match(/^── delivery\/6, delivery-6-.*─$/gm)).toHaveLength(2)
    expect([both.code, lastLine(both.stdout)]).toEqual([1, '2 failures: 0 FIXED, 2 FAILED, 0 ERROR'])
  })

  test('is replayed without its story and its history, and that is told', async () => {
    const copy = join(folder, 'copy')
    cpSync(failures, copy, { recursive: true })
    rmSync(join(copy, id, 'story.txt'))
    const retold = await run(['replay', id, '--failures', copy], root)
    expect(retold.stdout).toContain('The story is the same as the stored one.')
    writeFileSync(join(copy, id, 'history.jsonl'), '{"type":"run')
    mkdirSync(join(copy, 'delivery-1-0badcafe'))
    const again = await run(['replay', id, '--failures', copy], root)
    expect([again.code, lastLine(again.stdout)]).toEqual([1, 'FAILED 1 of 1 by delivery/6'])
    expect(again.stdout).toContain('There is no stored story to compare with.')
    expect(again.stderr).toMatch(/history\.jsonl, line 1: .*: the replay continues without it\n/)
  })

  test('is not called fixed by runs in which its faults did not happen', async () => {
    const { faults: _none, ...rest } = JSON.parse(read(join(failures, id, 'plan.json')))
    const file = join(folder, 'idle.json')
    const cut = { kind: 'cut', role: 'publish', direction: 'up', at: 0, lasts: 10, amount: 1_000_000 }
    const reset = { kind: 'reset', role: 'consume', direction: 'up', at: 0, lasts: 10, amount: 0 }
    const plan = { ...rest, faults: [reset, cut] }
    writeFileSync(file, JSON.stringify(plan))
    const { code, stdout } = await run(['replay', file, '--adapter', 'memory'], root)
    expect([code, stdout]).toEqual([
      3,
      'ERROR no violation, but the plan did not happen in 2 runs: ' +
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
        'scenarios/broker-cut-off.json cannot run with memory on the simulated site: no isolation of a server here\n',
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
    expect(checked.stdout).toContain('ends in the middle of line')
    expect(checked.stdout).toContain('the history is incomplete')
    expect(checked.code).not.toBe(0)
    const lines = read(history).split('\n')
    writeFileSync(cut, lines.toSpliced(5, 1, '{"type":"de').join('\n'))
    expect(await run(['check', cut])).toMatchObject({ code: 2, stderr: expect.stringContaining('line 6') })
  })
})

describe('an interrupt', () => {
  const main = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))
  /** Interrupts the command once it says this on standard error. */
  async function interrupted(args: readonly string[], when: RegExp): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    let said = ''
    let told = false
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!told && when.test(said)) {
        told = true
        child.kill('SIGINT')
      }
    })
    child.stdout.resume()
    return { code: await ended, said }
  }

  test('while a failure is shrunk keeps the smallest plan so far', async () => {
    const json = join(folder, 'cut-short.json')
    const store = join(folder, 'cut-short')
    const mutant = './mutants/ordering/retries-overtaken.ts'
    const args = ['certify', mutant, '--seed', '3', '--only', 'ordering/1', '--json', json, '--failures', store]
    const { code, said } = await interrupted(args, /^shrinking:/m)
    expect([code, said]).toEqual([130, expect.stringContaining('interrupted')])
    const { failures, verdicts, notes } = JSON.parse(read(json)) as Certificate
    expect(verdicts.find(({ clause }) => clause === 'ordering/1')?.verdict).toBe('fail')
    expect(failures).toMatchObject([{ clause: 'ordering/1', shrunk: { ended: 'interrupted' } }])
    expect(failures[0]?.story.join(' ')).toContain('it was interrupted')
    expect(notes.join(' ')).toContain('keeps the smallest plans so far')
    const stored = JSON.parse(read(join(failures[0]?.folder ?? '', 'plan.json')))
    expect(stored).toEqual(failures[0]?.plan)
    const again = await run(['replay', failures[0]?.id ?? '', '--failures', store], root)
    expect(lastLine(again.stdout)).toBe('FAILED 1 of 1 by ordering/1')
  })

  test('ends a certification in good order, with its report, and with 130', async () => {
    const json = join(folder, 'interrupted.json')
    const args = ['certify', 'memory', '--runs', '100000', '--json', json, '--failures', join(folder, 'failures')]
    const { code, said } = await interrupted(args, /./)
    expect(code).toBe(130)
    expect(said).toContain('interrupted')
    expect(existsSync(json)).toBe(true)
    expect(JSON.parse(read(json))).toMatchObject({ certified: false })
  })
})
