import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { certificateOf } from '../report/certificate.case.ts'
import { prepareReports, writeReports } from './report-files.ts'
import { run } from './run-program.case.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'busproof-reports-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const both = { json: 'out/deep/c.json', junit: 'c.xml' }

test('preparing leaves nothing behind, and writing makes folders and files', () => {
  const files = prepareReports(both, folder)
  expect(readdirSync(folder)).toEqual([])
  writeReports(files, certificateOf())
  expect(readdirSync(folder).sort()).toEqual(['c.xml', 'out'])
  expect(readdirSync(join(folder, 'out/deep'))).toEqual(['c.json'])
  expect(JSON.parse(readFileSync(join(folder, 'out/deep/c.json'), 'utf8'))).toHaveProperty('verdicts')
})

test('an earlier report stays as it is until the new one is whole', () => {
  writeFileSync(join(folder, 'c.xml'), 'earlier')
  const files = prepareReports({ json: undefined, junit: 'c.xml' }, folder)
  expect(readFileSync(join(folder, 'c.xml'), 'utf8')).toBe('earlier')
  writeReports(files, certificateOf())
  expect(readFileSync(join(folder, 'c.xml'), 'utf8')).toMatch(/^<\?xml/)
})

test('a link is followed, not replaced', () => {
  writeFileSync(join(folder, 'target'), '')
  symlinkSync(join(folder, 'target'), join(folder, 'c.xml'))
  writeReports(prepareReports({ json: undefined, junit: 'c.xml' }, folder), certificateOf())
  expect(readFileSync(join(folder, 'target'), 'utf8')).toMatch(/^<\?xml/)
})

test('a folder, and a path below a file, are refused by the name of the option', () => {
  mkdirSync(join(folder, 'c.xml'))
  writeFileSync(join(folder, 'file'), '')
  for (const [json, junit, sentence] of [
    [undefined, 'c.xml', '--junit c.xml: this file cannot be written'],
    ['file/c.json', undefined, '--json file/c.json: this file cannot be written'],
    ['', undefined, '--json is empty'],
  ] as const) {
    expect(() => prepareReports({ json, junit }, folder)).toThrow(UsageError)
    expect(() => prepareReports({ json, junit }, folder)).toThrow(sentence)
  }
})

test('a run that is rejected leaves no file', async () => {
  const argv = ['certify', 'postgres', '--site', 'simulated', '--json', 'c.json', '--junit', 'c.xml']
  expect((await run(argv, folder)).code).toBe(2)
  expect(readdirSync(folder)).toEqual([])
})
