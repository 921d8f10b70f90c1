import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outcomeOf } from '../certificate/clauses.case.ts'
import { resolveClaims } from '../claims.ts'
import { UsageError } from '../errors.ts'
import { HISTORY_FORMAT, type RunHeader } from '../history/header.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { planSize } from '../plan/size.ts'
import { failureId, storeFailure, type ToStore, tidyFailures } from './store.ts'
import { readFailure } from './stored.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const header: RunHeader = {
  type: 'run',
  format: HISTORY_FORMAT,
  run: 'r1',
  adapter: 'a bus',
  system: 'memory',
  site: 'simulated',
  prefix: 'r1-',
  plan,
  claims: resolveClaims(exampleClaims, {}),
  slack: 1,
  witness: 'live',
}
const failure: ToStore = {
  adapter: './bus.ts',
  site: 'simulated',
  servers: 1,
  level: 'resilient',
  also: [],
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
      servers: 1,
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

  test('says which file is missing or damaged, and what to do', async () => {
    await expect(readFailure('delivery-1-00000000', folder)).rejects.toThrow(UsageError)
    await expect(readFailure('delivery-1-00000000', folder)).rejects.toThrow(
      /^No stored failure delivery-1-00000000: .*failure\.json does not exist; give the name of a folder in .*\.$/,
    )
    await expect(readFailure('../secrets', folder)).rejects.toThrow('is not the id of a failure')
    const { id, folder: at } = await storeFailure(folder, failure)
    const write = (file: string, text: string): Promise<void> => writeFile(join(at, file), text)
    const about = await readFile(join(at, 'failure.json'), 'utf8')
    await write('plan.json', '{"version": 1')
    await expect(readFailure(id, folder)).rejects.toThrow(/plan\.json: not JSON .*; certify again to store .* again$/)
    await write('failure.json', '{}')
    await expect(readFailure(id, folder)).rejects.toThrow(
      /failure\.json: format: .*; certify again .*: busproof replay \S+plan\.json --adapter ADAPTER$/,
    )
    await write('failure.json', about.replace('failure/2', 'failure/0'))
    await expect(readFailure(id, folder)).rejects.toThrow(
      /failure\.json: format: this busproof reads busproof\.failure\/2, and this is busproof\.failure\/0; certify again/,
    )
    await rm(join(at, 'failure.json'))
    await expect(readFailure(id, folder)).rejects.toThrow(
      /failure\.json does not exist; certify again .* --adapter ADAPTER$/,
    )
  })

  test('gives what is whole of a failure without its story or its history, and tells what is missing', async () => {
    const { id, folder: at } = await storeFailure(folder, failure)
    expect((await readFailure(id, folder)).notes).toEqual([])
    await rm(join(at, 'story.txt'))
    await writeFile(join(at, 'history.jsonl'), '{"type":"ru')
    const damaged = await readFailure(id, folder)
    expect([damaged.plan, damaged.story, damaged.history]).toEqual([plan, null, null])
    expect(damaged.notes).toEqual([expect.stringMatching(/history\.jsonl, line 1: /)])
    await writeFile(join(at, 'history.jsonl'), `${JSON.stringify(header)}\n{"type":"end","a`)
    const cut = await readFailure(id, folder)
    expect([cut.history, cut.notes]).toEqual([
      null,
      [expect.stringMatching(/history\.jsonl ends in the middle of line 2/)],
    ])
    await rm(join(at, 'history.jsonl'))
    expect((await readFailure(id, folder)).notes).toEqual([
      expect.stringMatching(/history\.jsonl: there is no such file$/),
    ])
  })

  test('repairs a damaged failure that is found again, and leaves no history of another run', async () => {
    const { id, folder: at } = await storeFailure(folder, failure)
    await writeFile(join(at, 'failure.json'), '{')
    await writeFile(join(at, 'plan.json'), '')
    await storeFailure(folder, { ...failure, outcome: { ...failure.outcome, history: null } })
    expect((await readFailure(id, folder)).failure.clause).toBe('delivery/1')
    expect((await readdir(at)).sort()).toEqual(['failure.json', 'plan.json', 'story.txt'])
    expect(await readdir(folder)).toEqual([id])
  })

  test('stores beside what is damaged', async () => {
    await mkdir(join(folder, 'ordering-1-0badcafe'))
    await writeFile(join(folder, 'ordering-1-0badcafe', 'failure.json'), '{"format": "busproof')
    const { id } = await storeFailure(folder, failure)
    await tidyFailures(folder, [id])
    expect((await readFailure(id, folder)).plan).toEqual(plan)
  })
})

describe('the folder of failures', () => {
  test('is ignored by git if busproof created it, and no other folder is', async () => {
    const own = join(folder, 'failures')
    await storeFailure(own, failure)
    expect(await readFile(join(own, '.gitignore'), 'utf8')).toBe('*\n')
    await storeFailure(folder, failure)
    expect(await readdir(folder)).not.toContain('.gitignore')
    // Of earlier versions, which wrote none.
    const before = join(folder, '.busproof', 'failures')
    await mkdir(before, { recursive: true })
    await storeFailure(before, failure)
    expect(await readdir(before)).toContain('.gitignore')
    await writeFile(join(before, '.gitignore'), '*\n!kept\n')
    await storeFailure(before, failure)
    expect(await readFile(join(before, '.gitignore'), 'utf8')).toContain('kept')
  })

  test('keeps the newest, and all of the present run', async () => {
    const ids: string[] = []
    for (let seed = 1; seed <= 5; seed++) {
      const { id, folder: at } = await storeFailure(folder, {
        ...failure,
        outcome: { ...failure.outcome, plan: { ...plan, seed } },
      })
      await utimes(at, seed, seed)
      ids.push(id)
    }
    const [first = '', second = '', , fourth = '', fifth = ''] = ids
    await tidyFailures(folder, [first, second], 4)
    expect((await readdir(folder)).sort()).toEqual([first, second, fourth, fifth].sort())
    await tidyFailures(folder, [first, second], 1)
    expect((await readdir(folder)).sort()).toEqual([first, second].sort())
  })

  test('loses what a writer that was killed has left, and nothing that is not ours', async () => {
    const make = async (name: string, file: string): Promise<void> => {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, file), '')
      await utimes(join(folder, name), 1, 1)
    }
    await make('.delivery-1-00000000-00000000', 'plan.json')
    await make('delivery-1-11111111', 'plan.json')
    await make('backup-22222222', 'letters.txt')
    await make('notes', 'plan.json')
    await mkdir(join(folder, '.delivery-1-00000000-99999999'))
    await tidyFailures(folder, [], 0)
    expect((await readdir(folder)).sort()).toEqual(['.delivery-1-00000000-99999999', 'backup-22222222', 'notes'])
    await tidyFailures(join(folder, 'absent'), [])
  })
})
