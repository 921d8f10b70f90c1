import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { certificateOf } from '../report/certificate.case.ts'
import { renderJson } from '../report/json.ts'
import { run } from './run-program.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-merge-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['a file that is not there', null, /^merge none\.json: .*give the certificate of a shard in JSON/],
  ['what is no JSON', 'shard: 1', /^a\.json: /],
  ['the certificate of no chaos run', renderJson(certificateOf()), /^a\.json: soak/],
  ['an empty object', '{}', /^a\.json: format/],
])('refuses %s', async (_name, text, why) => {
  if (text !== null) writeFileSync(join(folder, 'a.json'), text)
  const { code, stdout, stderr } = await run(['merge', text === null ? 'none.json' : 'a.json'], folder)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(why)])
  expect(stderr.trimEnd()).not.toContain('\n')
})
