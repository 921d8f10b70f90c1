import { describe, expect, test } from 'vitest'
import type { Progress } from '../certify-options.ts'
import { createProgressLine, type LineOptions, progressText } from './progress.ts'

const progress: Progress = {
  phase: 'running',
  runs: 120,
  wanted: 400,
  faultsLanded: 1,
  events: 33_210,
  elapsedMs: 12_300,
  remainingMs: 28_000,
  short: ['ordering/4', 'breaker/5', 'retry/1', 'retry/2'],
}

function shown(
  isTTY: boolean,
  steps: readonly (readonly [now: number, progress: Progress])[],
  more: Partial<LineOptions> = {},
): string[] {
  const written: string[] = []
  let now = 0
  const output = { write: (text: string) => written.push(text), isTTY, columns: 60 }
  const line = createProgressLine(output, { every: 2_000, now: () => now, ...more })
  for (const [at, each] of steps) {
    now = at
    line.update(each)
  }
  line.done()
  line.update(progress)
  return written
}

test('progress says runs, faults landed, events, time left and what is short', () => {
  expect(progressText(progress)).toBe(
    'running: 120/400 runs · 1 fault landed · 33,210 events · 12.3 s, about 28.0 s left · ' +
      'short of occasions: ordering/4, breaker/5, retry/1 and 1 more',
  )
  expect(progressText({ ...progress, remainingMs: null, short: [] })).not.toMatch(/left|short/)
})

describe('the progress line', () => {
  test('is a line every two seconds where there is no terminal, and one for each new phase', () => {
    const shrinking: Progress = { ...progress, phase: 'shrinking' }
    const written = shown(false, [
      [0, progress],
      [1_000, progress],
      [2_000, progress],
      [2_100, shrinking],
    ])
    expect(written.map((text) => text.split(':')[0])).toEqual(['running', 'running', 'shrinking'])
    expect(written.every((text) => text.endsWith('\n') && !text.includes('\u001b'))).toBe(true)
  })

  test('begins with its title, and keeps silent at first where it is told to', () => {
    const starting: Progress = { ...progress, phase: 'starting' }
    const steps = [
      [0, starting],
      [2_900, progress],
      [3_000, progress],
      [7_900, progress],
      [8_000, progress],
    ] as const
    const written = shown(false, steps, { every: 5_000, silent: 3_000, title: 'busproof: bus.ts: ' })
    expect(written).toEqual(new Array(2).fill(`busproof: bus.ts: ${progressText(progress)}\n`))
  })

  test('is one line that is written anew on a terminal, and gone at the end', () => {
    const written = shown(true, [
      [0, progress],
      [200, progress],
    ])
    expect(written).toHaveLength(3)
    expect(written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true)
    expect(written[0]?.replace('\r\u001b[2K', '').length).toBeLessThan(60)
    expect(written.at(-1)).toBe('\r\u001b[2K')
  })
})
