import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTally } from '../certificate/tally.ts'
import { createLatencies, encodeLatencies } from '../chaos/measured/latencies.ts'
import { certificateOf } from '../report/certificate.case.ts'
import { renderJson } from '../report/json.ts'
import { run } from './run-program.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-merge-'))
afterAll(() => rmSync(folder, { recursive: true }))

const damaged = (part: object) => ({
  ...certificateOf(),
  shard: {
    index: 1,
    of: 1,
    file: '',
    run: null,
    seed: 1,
    asked: false,
    claims: {},
    lacks: {},
    tally: { ...createTally().parts() },
    done: { next: 1, planned: 0, messages: 0 },
    latencies: { publish: encodeLatencies(createLatencies()), handle: encodeLatencies(createLatencies()) },
    ...part,
  },
})

test.each([
  ['a file that is not there', null, /^merge none\.json: .*give what `busproof chaos FILE --json` has written/],
  ['what is no JSON', 'shard: 1', /^a\.json: /],
  [
    'the certificate of no shard',
    renderJson(certificateOf()),
    /^a\.json: shard: must be there: give what `busproof chaos FILE --json` has written/,
  ],
  [
    'a histogram that is none',
    JSON.stringify(damaged({ latencies: { publish: 'x', handle: 'x' } })),
    /is no encoded histogram/,
  ],
  ['a tally without its clauses', JSON.stringify(damaged({ tally: {} })), /^a\.json: shard\.tally/],
  ['an empty object', '{}', /^a\.json: format/],
])('refuses %s', async (_name, text, why) => {
  if (text !== null) writeFileSync(join(folder, 'a.json'), text)
  const { code, stdout, stderr } = await run(['merge', text === null ? 'none.json' : 'a.json'], folder)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(why)])
  expect(stderr.trimEnd()).not.toContain('\n')
})
