import { describe, expect, test } from 'vitest'
import type { Soak } from '../certificate/soak.ts'
import { certificateOf } from './certificate.case.ts'
import { soakRows, soakSaid } from './soak.ts'

const soak: Soak = {
  sent: 12_345,
  acknowledged: 12_340,
  failed: 0,
  handled: 24_680,
  redelivered: 12,
  lag: 1_840,
  latency: {
    publish: { count: 12_340, p50: 4, p99: 120, p999: 400, max: 900 },
    handle: { count: 0, p50: 0, p99: 0, p999: 0, max: 0 },
  },
  unavailable: { longest: 4_200, byFault: { 'publish: refuse': 4_200, 'no fault': 1_100 } },
  thresholds: [
    { text: 'violations == 0', worst: 0, isKept: true },
    { text: 'p99(publish) < 100ms over 1m', worst: 120.04, isKept: false },
    { text: 'rate > 1/s over 1h', worst: null, isKept: true },
  ],
  series: { points: [], bands: [] },
  ended: 'finished',
  why: null,
  epochs: 21,
  lasted: 600_000,
  rate: 1_500,
  memory: { perHour: 1_250_000, plusMinus: 300_000 },
  nodeMemory: { perHour: -250_000, plusMinus: 1_300_000 },
}

describe('the rows of a chaos run', () => {
  test('tell what was measured, and how each threshold was kept', () => {
    expect(soakRows(soak)).toEqual([
      { what: 'traffic', value: '10 min 0 s at 1,500/s, 21 epochs' },
      { what: 'acknowledged', value: '12,340 of 12,345' },
      { what: 'handled', value: '24,680, 12 redelivered' },
      { what: 'lag', value: 'at most 1,840 deliveries due' },
      { what: 'publish latency', value: 'p50 4 ms, p99 120 ms, p99.9 400 ms, max 900 ms' },
      { what: 'handle latency', value: 'none' },
      { what: 'unavailable', value: 'at most 4.2 s; by fault: publish: refuse 4.2 s, no fault 1.1 s' },
      { what: 'memory', value: '+1.3 MB an hour, ± 0.3 MB (95 %)' },
      { what: 'memory of nodes', value: '-0.3 MB an hour, ± 1.3 MB (95 %)' },
      { what: 'violations == 0', value: 'kept, at worst 0', isKept: true },
      { what: 'p99(publish) < 100ms over 1m', value: 'not kept, at worst 120', isKept: false },
      { what: 'rate > 1/s over 1h', value: 'kept, never measured', isKept: true },
    ])
  })

  const told = (of: Partial<Soak>, what: string): string | undefined =>
    soakRows({ ...soak, ...of }).find((row) => row.what === what)?.value

  test('tell what failed, and memory that shrinks', () => {
    expect(told({ failed: 1_005 }, 'acknowledged')).toBe('12,340 of 12,345, 1,005 failed')
    expect(told({ memory: { perHour: -2_000_000, plusMinus: 0 } }, 'memory')).toBe('-2.0 MB an hour, ± 0.0 MB (95 %)')
  })

  test('leave out what there was none of', () => {
    expect(told({ memory: null }, 'memory')).toBeUndefined()
    expect(told({ unavailable: { longest: 12, byFault: {} } }, 'unavailable')).toBe('at most 12 ms')
    expect(told({ epochs: 1 }, 'traffic')).toBe('10 min 0 s at 1,500/s, 1 epoch')
  })
})

describe('the conclusion of a chaos run', () => {
  test('says how long, how much and where', () => {
    expect(soakSaid(certificateOf({ site: 'remote' }), soak)).toBe('SOAKED memory: 10 min 0 s at 1,500/s, remote site')
  })

  test('says why it was not soaked', () => {
    const certificate = certificateOf({ certified: false })
    expect(soakSaid(certificate, { ...soak, ended: 'threshold', why: 'violations == 0 was not kept' })).toBe(
      'NOT SOAKED memory: violations == 0 was not kept',
    )
    expect(soakSaid(certificate, soak)).toBe('NOT SOAKED memory: no clause passed')
  })
})
