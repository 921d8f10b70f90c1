import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openEvents } from './chaos-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-events-'))
afterAll(() => rmSync(folder, { recursive: true }))

const killed = (at: number) => ({ at, event: 'killed', epoch: 1, node: 'n1' }) as const

test('each event is a line at once, behind what the file holds', () => {
  writeFileSync(join(folder, 'events.jsonl'), '{"at":0}\n')
  using events = openEvents('events.jsonl', folder, expect.fail)
  events.told(killed(5))
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ at: 0 }, killed(5)])
})

test.runIf(process.platform === 'linux')('a full disk is told once, and costs no run', () => {
  // Whatever is written to it fails with ENOSPC.
  closeSync(openSync('/dev/full', 'a'))
  const warned: string[] = []
  using events = openEvents('/dev/full', folder, (text) => warned.push(text))
  events.told(killed(1))
  events.told(killed(2))
  expect(warned).toEqual([
    expect.stringMatching(/^--events \/dev\/full: nothing more is written to this file \(ENOSPC.*\)\n$/),
  ])
})
