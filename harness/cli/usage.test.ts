import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CERTIFICATE_FORMAT } from '../certificate/certificate.ts'
import { resolveClaims } from '../claims.ts'
import { HISTORY_FORMAT } from '../history/header.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { REGRESSION_FORMAT } from '../plan/regressions.ts'
import { run } from './run-program.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-usage-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'none.mjs'), 'export const adapter = 1\n')
  writeFileSync(join(folder, 'broken.mjs'), 'export default {\n')
  writeFileSync(join(folder, 'shapeless.mjs'), "export default { name: 'x', system: 'memory' }\n")
  writeFileSync(join(folder, 'notes.txt'), 'no module\n')
  writeFileSync(join(folder, 'plan.json'), '{"version":1}\n')
  writeFileSync(join(folder, 'waivers.yaml'), '- clause: delivery/1\n  expires: tomorrow\n  reason: r\n  owner: o\n')
  const certificate = (more: object): string => JSON.stringify({ format: CERTIFICATE_FORMAT, site: 'real', ...more })
  writeFileSync(join(folder, 'clean.json'), certificate({ failures: [] }))
  writeFileSync(join(folder, 'odd.json'), certificate({}))
  writeFileSync(join(folder, 'newer.json'), certificate({ format: 'busproof.certificate/9', failures: [] }))
  writeFileSync(join(folder, 'pin.json'), JSON.stringify({ format: REGRESSION_FORMAT }))
  writeFileSync(join(folder, 'other.jsonl'), '{"type":"other"}\n')
  const names = { run: 'r', adapter: 'a', system: 's', prefix: 'r-' }
  const header = { type: 'run', format: HISTORY_FORMAT, ...names, site: 'real', plan: {}, slack: 1, witness: 'none' }
  const claims = resolveClaims(exampleClaims, {})
  const write = (file: string, ...entries: readonly object[]): void =>
    writeFileSync(join(folder, file), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  write('claimless.jsonl', { ...header, claims: {} }, { type: 'end', at: 1 })
  write('eventless.jsonl', { ...header, claims }, { type: 'deliver', at: 1 }, { type: 'end', at: 2 })
})

describe('bad input gets one sentence and exit code 2', () => {
  test.each([
    [['certify', 'nosuchbus'], /^nosuchbus: there is no built-in adapter of this name; give one of .*memory/],
    [['certify', 'resilience'], /^resilience: there is no built-in adapter of this name/],
    [['certify', './absent.ts'], /^\.\/absent\.ts: there is no such file/],
    [['certify', './empty'], /^\.\/empty: the folder has no index\.ts or index\.js/],
    [['certify', './notes.txt'], /^\.\/notes\.txt: an adapter is a module/],
    [['certify', './none.mjs'], /none\.mjs exports no adapter/],
    [['certify', './broken.mjs'], /broken\.mjs cannot be loaded/],
    [['certify', './shapeless.mjs'], /shapeless\.mjs/],
    [['certify', 'stdio:python bus.py'], /over stdio are not supported yet/],
    [['certify', 'memory', '--only', 'ordering/99'], /^ordering\/99: unknown clause or area; ordering has ordering\/1/],
    [['certify', 'memory', '--only', 'nothing'], /^nothing: unknown clause or area; the areas are .*delivery/],
    [
      ['certify', 'memory', '--json', 'notes.txt/report.json'],
      /^--json notes\.txt\/report\.json: this file cannot be written/,
    ],
    [
      ['certify', 'memory', '--failures', join(folder, 'notes.txt')],
      /^--failures .*notes\.txt: failures cannot be stored there; give a writable folder/,
    ],
    [['certify', 'memory', '--waivers', 'none.yaml'], /^--waivers none\.yaml: this file cannot be read/],
    [['certify', 'memory', '--waivers', 'waivers.yaml'], /^waivers\.yaml:2:12: \[0\]\.expires: must be a day/],
    [['certify', 'memory', '--compare', 'none.json'], /^--compare none\.json: this file cannot be read/],
    [['certify', 'memory', '--compare', 'plan.json'], /^--compare plan\.json: format: /],
    [
      ['certify', 'memory', '--html', 'notes.txt/page.html'],
      /^--html notes\.txt\/page\.html: this file cannot be written/,
    ],
    [['certify', 'memory', '--only', ''], /^--only is empty: give a clause or an area/],
    [['check', 'other.jsonl', '--only', ' , '], /^--only is empty/],
    [
      ['certify', 'memory', '--level', 'core', '--only', 'breaker'],
      /^--only breaker: level core judges delivery, .*; use level resilient/,
    ],
    [['certify', 'memory', '--time', '60'], /^--time 60 has no unit: write 60s$/m],
    [['certify', 'memory', '--time', '-1s'], /^--time -1s is not a duration: write it like 90s/],
    [['certify', 'memory', '--time', '0s'], /^time 0 leaves nothing to certify in: give more/],
    [['certify', 'memory', '--shrink', '20'], /^--shrink 20 has no unit: write 20s$/m],
    [['certify', 'postgres', '--site', 'simulated'], /^the system "postgres" cannot be simulated: use --site real/],
    [['replay', 'no-such-failure'], /no-such-failure/],
    [['replay', 'no such failure'], /is not the id of a failure/],
    [['replay', 'absent.json', '--adapter', 'memory'], /^absent\.json: this plan cannot be read/],
    [['replay', 'plan.json'], /^plan\.json: a plan does not name its adapter/],
    [['replay', 'plan.json', '--adapter', 'memory'], /^plan\.json/],
    [['replay', 'clean.json'], /^clean\.json contains no failure: give the certificate of a run that found one/],
    [['replay', 'odd.json'], /^odd\.json: failures: /],
    [['replay', 'newer.json'], /^newer\.json: format: /],
    [['replay', 'no-such-failure', '--only', 'retry/1'], /^--only selects failures of a certificate/],
    [['replay', 'pin.json'], /^pin\.json: name: .*; pin the failure again, or remove the file/],
    [['pin', 'no-such-failure'], /^No stored failure no-such-failure: /],
    [['pin', '../secrets'], /^No stored failure secrets: /],
    [['check', 'absent.jsonl'], /absent\.jsonl: there is no such file/],
    [['check', 'other.jsonl'], /other\.jsonl, line 1: expected a header of format busproof\.history\/2/],
    [['check', 'claimless.jsonl'], /claimless\.jsonl, line 1: claims\.delivery: .*; give a history\.jsonl/],
    [['check', 'eventless.jsonl'], /eventless\.jsonl, line 2, deliver: .*; restore the line, or remove it/],
    [['spec', 'retry/99'], /^retry\/99: unknown clause or area; retry has retry\/1/],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv, folder)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })

  test.each([
    [['certify'], "missing required argument 'adapter'"],
    [['certify', 'memory', '--level', 'platinum'], 'Allowed choices are core, resilient'],
    [['certify', 'memory', '--runs', 'many'], 'Give a whole number of runs'],
    [['certify', 'memory', '--effort', 'some'], 'Allowed choices are quick, default, thorough'],
    [['certify', 'memory', '--colour', 'red'], "unknown option '--colour'"],
    [['teleport'], "unknown command 'teleport'"],
    [
      ['teleport'],
      'the commands are init, certify, chaos, merge, replay, pin, check, spec, breaker, config, doctor; busproof --help explains them',
    ],
  ])('%j, in the words of the parser', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv, folder)
    expect(stderr).toContain(message)
    expect([code, stdout]).toEqual([2, ''])
  })
})

test('help and version are no mistakes', async () => {
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
    stderr: '',
  })
  const help = await run(['--help'])
  expect(help.code).toBe(0)
  for (const part of ['certify', 'replay', 'pin', 'check', 'spec', 'doctor', '130 interrupted'])
    expect(help.stdout).toContain(part)
})
