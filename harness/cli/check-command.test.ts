import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { resolveClaims } from '../claims.ts'
import { HISTORY_FORMAT, type RunHeader } from '../history/header.ts'
import { writeHistory } from '../history/write.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { plan } from '../plan/parts.case.ts'
import { run } from './run-program.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

const header: RunHeader = {
  type: 'run',
  format: HISTORY_FORMAT,
  run: 'r1',
  adapter: 'queue',
  system: 'queue',
  site: 'simulated',
  prefix: 'r1-',
  plan: plan(),
  claims: resolveClaims(exampleClaims, {}),
  slack: 1,
  witness: 'none',
  lacks: { committedOffsets: 'it acknowledges message by message' },
}

test('says of a stored history what its system lacks, and that nothing more is unsupported', async () => {
  const path = join(folder, 'history.jsonl')
  writeHistory(path, { header, events: [{ type: 'end', at: 1 }] })
  const { code, stdout } = await run(['check', path, '--only', 'delivery', 'dead-letter/4'])
  expect(stdout).toMatch(/– unsupported +delivery\/6/)
  expect(stdout).toMatch(/\? inconclusive +delivery\/1 /)
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'the system has no committed offsets: it acknowledges message by message: delivery/6, delivery/7, delivery/9, delivery/15, dead-letter/4',
  )
  expect(code).toBe(4)
})
