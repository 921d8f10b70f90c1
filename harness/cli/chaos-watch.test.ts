import { describe, expect, test } from 'vitest'
import type { Measured } from '../certificate/soak.ts'
import type { Now } from '../chaos/told/told.ts'
import { createWatch, watchText } from './chaos-watch.ts'

const LATENCY = { count: 0, p50: 0, p99: 0, p999: 0, max: 0 }
const measured: Measured = {
  sent: 12_345,
  acknowledged: 12_300,
  failed: 0,
  handled: 24_000,
  redelivered: 0,
  lag: 0,
  latency: { publish: { count: 12_300, p50: 4, p99: 120, p999: 400, max: 900 }, handle: LATENCY },
  unavailable: { longest: 0, byFault: {} },
  thresholds: [
    { text: 'violations == 0', worst: 0, isKept: true },
    { text: 'p99(publish) < 100ms', worst: 120, isKept: false },
  ],
}
const progress: Now = {
  phase: 'soaking',
  epochs: 5,
  lasted: 125_000,
  of: 600_000,
  rate: 99.6,
  inFlight: 12,
  lag: 1_300,
  breakers: { open: 1, 'half-open': 2 },
  measured,
  faults: ['publish: refuse', 'consume: latency'],
  violations: 2_000,
}

describe('what is watched', () => {
  test('is how far it is, what was acknowledged, how fast, what is wrong', () => {
    expect(watchText(progress)).toBe(
      'soaking: 2 min 5 s of 10 min 0 s, epoch 5 · 12,300/12,345 acknowledged · 100/s · 12 in flight · lag 1,300 · ' +
        'p50 4 ms, p99 120 ms · publish: refuse, consume: latency · 1 breaker open · 2 breakers half-open · 2,000 violations · not kept: p99(publish) < 100ms',
    )
  })

  test('is short where there is nothing to tell', () => {
    const calm = {
      ...measured,
      sent: 0,
      acknowledged: 0,
      latency: { publish: LATENCY, handle: LATENCY },
      thresholds: [],
    }
    const quiet = { rate: 0, inFlight: 0, lag: 0, breakers: {}, faults: [], violations: 0 }
    const text = watchText({ ...progress, ...quiet, phase: 'baseline', of: null, measured: calm })
    expect(text).toBe('baseline: 2 min 5 s, epoch 5 · 0/0 acknowledged · no fault')
  })

  test('tells what failed', () => {
    expect(watchText({ ...progress, measured: { ...measured, failed: 45 } })).toContain(
      '12,300/12,345 acknowledged, 45 failed',
    )
  })
})

function shown(
  terminal: { readonly isTTY?: boolean; readonly columns?: number },
  steps: readonly (readonly [now: number, progress: Now])[],
): string[] {
  const written: string[] = []
  let now = 0
  const watch = createWatch({ ...terminal, write: (text) => written.push(text) }, () => now)
  for (const [at, each] of steps) {
    now = at
    watch.told({ event: 'measured', at, ...each })
  }
  watch.done()
  watch.done()
  watch.told({ event: 'measured', at: now, ...progress })
  return written
}

describe('the watch', () => {
  test('is a line every ten seconds where there is no terminal, and one for each new phase', () => {
    const ending: Now = { ...progress, phase: 'ending' }
    const written = shown({}, [
      [0, progress],
      [9_999, progress],
      [10_000, progress],
      [10_001, ending],
      [11_000, ending],
    ])
    expect(written).toEqual([`${watchText(progress)}\n`, `${watchText(progress)}\n`, `${watchText(ending)}\n`])
  })

  test('is one line that is written anew on a terminal, within its width, and gone at the end', () => {
    const written = shown({ isTTY: true, columns: 40 }, [
      [0, progress],
      [1, progress],
    ])
    const anew = '\r\u001b[2K'
    expect(written).toHaveLength(3)
    expect(written[2]).toBe(anew)
    for (const line of written.slice(0, 2)) {
      expect(line.startsWith(`${anew}soaking: 2 min 5 s`)).toBe(true)
      expect(line.slice(anew.length).length).toBeLessThan(40)
      expect(line).not.toContain('\n')
    }
  })

  test('leaves a terminal alone where there was nothing to show', () => {
    expect(shown({ isTTY: true }, [])).toEqual([])
  })
})
