import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resolveClaims } from '../claims.ts'
import { UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { RunHeader } from './header.ts'
import { HISTORY_FORMAT } from './header.ts'
import { parseHistory, readHistory } from './read.ts'
import { sortByTime } from './sort.ts'
import { compressHistory, createHistoryFile, writeHistory } from './write.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-history-'))
afterAll(() => rmSync(folder, { recursive: true }))

const header: RunHeader = {
  type: 'run',
  format: HISTORY_FORMAT,
  run: 'r1',
  adapter: 'memory',
  system: 'memory',
  site: 'simulated',
  prefix: 'r1-',
  plan: generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1),
  claims: resolveClaims(exampleClaims, {}),
  slack: 1,
  witness: 'live',
}

const events: readonly Event[] = [
  { type: 'phase', phase: 'traffic', at: 0 },
  { type: 'open', node: 'n0', at: 1 },
  { type: 'phase', phase: 'heal', at: 9.5 },
  { type: 'end', at: 20 },
]
const lines = (entries: readonly object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
const whole = lines([header, ...events])

/** The message of the usage error that reading this text gives. */
function refusal(text: string): string {
  try {
    parseHistory(text, 'a.jsonl')
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('it was read without an error')
}

describe('a history on disk', () => {
  test('comes back as it was written', async () => {
    const path = join(folder, 'deep', 'history.jsonl')
    writeHistory(path, { header, events })
    expect(await readHistory(path)).toEqual({ header, events, complete: true, note: null })
  })

  test('has each event before the file is closed', async () => {
    const path = join(folder, 'open.jsonl')
    const file = createHistoryFile(path)
    file.append(header)
    file.append({ type: 'phase', phase: 'traffic', at: 0 })
    expect((await readHistory(path)).events).toHaveLength(1)
    file.close()
    file.close()
    expect(() => file.append({ type: 'end', at: 1 })).toThrow('is closed')
  })

  test('that is not there is a usage error with its path', async () => {
    const path = join(folder, 'none.jsonl')
    await expect(readHistory(path)).rejects.toThrow(UsageError)
    await expect(readHistory(path)).rejects.toThrow(`${path}: there is no such file`)
    await expect(readHistory(folder)).rejects.toThrow('it cannot be read (EISDIR)')
  })
})

test('the header of a history says what the system lacks, in no other words than those that are known', () => {
  const lacks = { partitions: 'a topic is one sequence' }
  expect(parseHistory(lines([{ ...header, lacks }, ...events]), 'a.jsonl').header.lacks).toEqual(lacks)
  expect(parseHistory(whole, 'a.jsonl').header.lacks).toBeUndefined()
  expect(refusal(lines([{ ...header, lacks: { partition: 'none' } }, ...events]))).toContain('lacks')
})

describe('a history that was cut', () => {
  test('in the middle of a line keeps what came before and says where it ends', () => {
    const read = parseHistory(whole.slice(0, -12), 'a.jsonl')
    expect(read.events).toEqual(events.slice(0, 3))
    expect(read.complete).toBe(false)
    expect(read.note).toContain('a.jsonl ends in the middle of line 5, in phase heal')
  })

  test('between two lines says after which', () => {
    const read = parseHistory(lines([header, ...events.slice(0, 2)]), 'a.jsonl')
    expect(read).toMatchObject({ complete: false, events: events.slice(0, 2) })
    expect(read.note).toContain('after line 3, in phase traffic')
  })

  test('right behind its header has no events', () => {
    const read = parseHistory(lines([header]), 'a.jsonl')
    expect(read).toMatchObject({ complete: false, events: [] })
    expect(read.note).toContain('before traffic began')
  })

  test('only by its last line break is complete', () => {
    expect(parseHistory(whole.trimEnd(), 'a.jsonl')).toMatchObject({ complete: true, events })
  })

  test('at every byte is never an error once the header is whole', () => {
    const headerEnd = lines([header]).length
    for (let end = headerEnd; end < whole.length - 1; end += 1) {
      const read = parseHistory(whole.slice(0, end), 'a.jsonl')
      expect(read.complete).toBe(false)
      expect(read.note).not.toBeNull()
    }
  })
})

describe('a history that is broken', () => {
  test.each([
    ['', 'line 1: this is not a history'],
    ['not json\n', 'line 1: this is not a history'],
    [
      lines([{ ...header, format: 'other/7' }]),
      'line 1: expected a header of format busproof.history/2, found format other/7',
    ],
    [lines([events[0] ?? {}]), 'line 1: expected a header of format busproof.history/2, found something else'],
    [lines([{ ...header, claims: undefined }]), 'line 1: claims: '],
    [lines([{ ...header, claims: {} }]), 'line 1: claims.delivery: '],
    [lines([{ ...header, claims: { ...header.claims, close: {} } }]), 'line 1: claims.close.deadline: '],
    [lines([{ ...header, witness: 'perhaps' }]), 'line 1: witness: '],
    [lines([header, { type: 'deliver', at: 1, node: 'n0' }, ...events]), 'line 2, deliver: consumer: '],
    [
      lines([header, { type: 'stored', at: 1, op: 'm1', position: { topic: 't' } }, ...events]),
      'line 2, stored: position.partition: ',
    ],
    [`${lines([header])}{"type":"ph\n${lines(events)}`, 'line 2: this is not a JSON object'],
    [lines([header, { type: 'teleported', at: 1 }, ...events]), 'line 2: "teleported" is not an event type'],
    [lines([header, { at: 1 }, ...events]), 'line 2: a missing type is not an event type'],
    [lines([header, { type: 'open', node: 'n0' }, ...events]), 'line 2, open: at: '],
    [lines([header, ...events, { type: 'open', node: 'n0', at: 30 }]), 'line 6: nothing may follow the end'],
  ])('%# is refused with its line and what to do', (text, message) => {
    expect(refusal(text)).toContain(`a.jsonl, ${message}`)
    expect(refusal(text)).toContain(';')
  })
})

test('sortByTime keeps the order of events of one moment', () => {
  const late: Event = { type: 'open', node: 'late', at: 5 }
  const first: Event = { type: 'open', node: 'first', at: 2 }
  const second: Event = { type: 'open', node: 'second', at: 2 }
  expect(sortByTime([late, first, second])).toEqual([first, second, late])
})

describe('a compressed history', () => {
  const compressed = async (name: string): Promise<string> => {
    const plain = join(folder, `${name}.jsonl`)
    const path = join(folder, 'kept', `${name}.jsonl.gz`)
    writeHistory(plain, { header, events })
    await compressHistory(plain, path)
    expect(existsSync(plain)).toBe(false)
    return path
  }

  test('is read like a plain one', async () => {
    const path = await compressed('whole')
    expect(readFileSync(path).length).toBeLessThan(whole.length)
    expect(await readHistory(path)).toEqual(parseHistory(whole, path))
  })

  test('is refused where it was cut or changed', async () => {
    const cut = await compressed('cut')
    truncateSync(cut, readFileSync(cut).length - 3)
    await expect(readHistory(cut)).rejects.toThrow(
      new UsageError(
        `${cut}: it is not whole (unexpected end of file); give the path of a history.jsonl written by busproof`,
      ),
    )
    const changed = await compressed('changed')
    const bytes = readFileSync(changed)
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1
    writeFileSync(changed, bytes)
    await expect(readHistory(changed)).rejects.toThrow(/changed\.jsonl\.gz: it is not whole \(incorrect data check\)/)
  })

  test('that cannot be written leaves the plain one where it is', async () => {
    const plain = join(folder, 'stays.jsonl')
    writeHistory(plain, { header, events })
    await expect(compressHistory(plain, join(plain, 'no-folder', 'x.gz'))).rejects.toThrow(/ENOTDIR|EEXIST/)
    expect(readFileSync(plain, 'utf8')).toBe(whole)
  })
})
