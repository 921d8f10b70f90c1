import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outcomeOf } from '../certificate/clauses.case.ts'
import { UsageError } from '../certify-options.ts'
import type { RunHeader } from '../history/event.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { planSize } from '../plan/size.ts'
import { failureId, readFailure, storeFailure, type ToStore } from './store.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const header = { type: 'run', run: 'r1' } as RunHeader
const failure: ToStore = {
  adapter: './bus.ts',
  site: 'simulated',
  nodes: 1,
  level: 'resilient',
  clause: 'delivery/1',
  seed: 42,
  confirmed: { failed: 1, of: 1 },
  shrunk: { from: planSize(plan), to: { messages: 1, faults: 1, consumers: 1 }, ended: 'minimal' },
  outcome: outcomeOf(plan, { history: { header, events: [{ type: 'end', at: 5 }] } }),
  story: ['delivery/1: a message was lost', '', 'm0 was never handled'],
}
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-store-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the store of failures', () => {
  test('reads back what was stored', async () => {
    const stored = await storeFailure(folder, failure)
    expect(stored.id).toBe(failureId('delivery/1', plan, './bus.ts'))
    expect(stored.id).toMatch(/^delivery-1-[0-9a-f]{8}$/)
    const read = await readFailure(stored.id, folder)
    expect(read.plan).toEqual(plan)
    expect(read.story).toEqual(failure.story)
    expect(read.folder).toBe(stored.folder)
    expect(read.failure).toMatchObject({
      adapter: './bus.ts',
      site: 'simulated',
      nodes: 1,
      level: 'resilient',
      clause: 'delivery/1',
      seed: 42,
    })
    const history = await readFile(join(stored.folder, 'history.jsonl'), 'utf8')
    expect(
      history
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['run', 'end'])
  })

  test('replaces the same failure, and leaves nothing half written behind', async () => {
    const { id } = await storeFailure(folder, failure)
    await storeFailure(folder, { ...failure, story: ['told anew'] })
    expect((await readFailure(id, folder)).story).toEqual(['told anew'])
    const history = { header, events: [{ type: 'end', at: 10n as unknown as number } as const] }
    const unwritable = { ...failure, outcome: { ...failure.outcome, history } }
    await expect(storeFailure(folder, unwritable)).rejects.toThrow(TypeError)
    expect(await readdir(folder)).toEqual([id])
  })

  test('names failures by clause, plan and adapter', () => {
    const ids = [
      failureId('delivery/1', plan, 'a'),
      failureId('delivery/1', plan, 'b'),
      failureId('delivery/1', { ...plan, seed: 1 }, 'a'),
    ]
    expect(new Set(ids).size).toBe(3)
  })

  test('says which file is missing or damaged', async () => {
    await expect(readFailure('delivery-1-00000000', folder)).rejects.toThrow(UsageError)
    await expect(readFailure('delivery-1-00000000', folder)).rejects.toThrow(
      /^No stored failure delivery-1-00000000: .*failure\.json is not there; give the name of a folder in .*\.$/,
    )
    await expect(readFailure('../secrets', folder)).rejects.toThrow('is no id of a failure')
    const { id, folder: at } = await storeFailure(folder, failure)
    await writeFile(join(at, 'plan.json'), '{"version": 1')
    await expect(readFailure(id, folder)).rejects.toThrow(/plan\.json: not JSON/)
    await writeFile(join(at, 'failure.json'), '{}')
    await expect(readFailure(id, folder)).rejects.toThrow(/failure\.json: format: /)
  })
})
