import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { whatToReplay } from './replay-source.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['publish-outage'] }, 1, 1)
const pin = {
  format: 'busproof.regression/2',
  name: 'Letters lost',
  text: 'm0 was lost.',
  pinned: '2026-01-31',
  clause: 'delivery/1',
  adapter: './bus.ts',
  site: 'real',
  nodes: 1,
  missed: [1],
  plan,
}

async function fromFile(content: object) {
  const folder = await mkdtemp(join(tmpdir(), 'busproof-replay-'))
  try {
    const file = join(folder, 'a.json')
    await writeFile(file, JSON.stringify(content))
    const [found] = await whatToReplay(file, { adapter: 'memory', failures: folder }, folder)
    return found
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a pinned plan knows where it failed, and what had not landed then', async () => {
  expect(await fromFile(pin)).toMatchObject({ clause: 'delivery/1', failedOn: 'real', idle: new Set([1]), plan })
  const { missed: _missed, ...older } = pin
  expect(await fromFile(older)).toMatchObject({ failedOn: 'real', idle: new Set() })
})

test('a bare plan may fail by any clause, and its site is unknown', async () => {
  expect(await fromFile(plan)).toMatchObject({ clause: null, failedOn: null, idle: new Set(), before: null, plan })
})
