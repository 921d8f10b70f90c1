import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { exampleClaims } from './claims.case.ts'
import { generatePlan } from './generate.ts'
import {
  fileNameOf,
  findPin,
  isPinOfSorts,
  loadRegressions,
  parseRegression,
  REGRESSION_FORMAT,
  type Regression,
  tryRegression,
  writeRegression,
} from './regressions.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const pin: Regression = {
  format: REGRESSION_FORMAT,
  name: 'Letters lost',
  text: 'm0 was lost.',
  pinned: '2026-01-31',
  clause: 'delivery/1',
  adapter: './bus.ts',
  site: 'real',
  servers: 1,
  missed: [],
  plan,
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-regressions-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a pinned plan', () => {
  test('is read back as it was written, with its reason first and its plan last', async () => {
    const file = join(folder, 'letters-lost.json')
    await writeRegression(file, pin)
    expect(await loadRegressions(folder)).toEqual([pin])
    expect(await readdir(folder)).toEqual(['letters-lost.json'])
    const names = Object.keys(JSON.parse(await readFile(file, 'utf8')))
    expect(names).toEqual([
      'format',
      'name',
      'text',
      'pinned',
      'clause',
      'adapter',
      'site',
      'servers',
      'missed',
      'plan',
    ])
  })

  test('that cannot be read is reported with its place and what to do', async () => {
    await mkdir(join(folder, 'x.json'))
    await expect(loadRegressions(folder)).rejects.toThrow(UsageError)
    await expect(loadRegressions(folder)).rejects.toThrow(/x\.json: .*\(EISDIR\); pin the failure again, or remove/)
  })

  test.each([
    ['', true],
    ['{ "format": "busproof.regression/2", "na', true],
    ['{ "format": "busproof.regression/9" }', true],
    ['{ "name": "mine" }', false],
    ['{ "version": 2, "seed": 2', false],
    ['null', false],
  ])('may take the place of %j: %j', (text, isOne) => {
    expect(isPinOfSorts(text)).toBe(isOne)
  })

  test.each([
    ['{', /^a\.json: not JSON .*; pin the failure again, or remove the file$/],
    ['[]', /^a\.json: .*; pin the failure again, or remove the file$/],
    [JSON.stringify(plan), /^a\.json: format: .*; pin the failure again/],
    [
      JSON.stringify({ ...pin, format: 'busproof.regression/9' }),
      /^a\.json: format: this busproof reads busproof\.regression\/2, and this is busproof\.regression\/9; pin the/,
    ],
    [JSON.stringify({ ...pin, pinned: 'yesterday' }), /^a\.json: pinned: .*; pin the failure again/],
    [JSON.stringify({ ...pin, plan: { ...plan, version: 9 } }), /^a\.json: plan: version: .*; pin the failure again/],
    [JSON.stringify({ ...pin, colour: 'red' }), /^a\.json: .*colour.*; pin the failure again/],
  ])('that says %.40s is refused in one sentence', (text, sentence) => {
    expect(() => parseRegression(text, 'a.json')).toThrow(UsageError)
    expect(() => parseRegression(text, 'a.json')).toThrow(sentence)
  })

  test('is named by its file where it is broken, and found past broken ones', async () => {
    await writeFile(join(folder, 'broken.json'), '{')
    await writeFile(join(folder, 'notes.md'), 'no plan')
    await expect(loadRegressions(folder)).rejects.toThrow(/\/broken\.json: not JSON/)
    await writeRegression(join(folder, 'whole.json'), pin)
    expect(await findPin(folder, { ...pin, name: 'another' } as Regression)).toBe(join(folder, 'whole.json'))
    expect(await findPin(folder, { ...pin, clause: 'delivery/2' })).toBeNull()
    expect(await findPin(folder, { ...pin, plan: { ...plan, seed: 7 } })).toBeNull()
    expect(await tryRegression(join(folder, 'broken.json'))).toBeNull()
  })

  test('is looked for in vain where nothing was ever pinned', async () => {
    expect(await loadRegressions(join(folder, 'absent'))).toEqual([])
    await writeFile(join(folder, 'file'), '')
    await expect(loadRegressions(join(folder, 'file'))).rejects.toThrow(
      /file: pinned plans cannot be read from this folder/,
    )
  })
})

test('a file is named for what is pinned', () => {
  expect(fileNameOf('Lost: an Acknowledgement, twice!')).toBe('lost-an-acknowledgement-twice')
  expect(fileNameOf('../../Été')).toBe('ete')
  expect(fileNameOf('…')).toBe('')
})
