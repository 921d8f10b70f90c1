/** Certificates of chaos runs, as tests join them. */
import { createTally } from '../certificate/tally.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { certificateOf } from '../report/certificate.case.ts'
import { spoiltRun } from '../run/outcome.ts'
import { createLatencies, encodeLatencies } from './measured/latencies.ts'
import type { Read, Soaked } from './soaked.ts'

const PLAN = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 0)

export const LATENCY = { count: 0, p50: 0, p99: 0, p999: 0, max: 0 }

/** The certificate of a shard whose publishes took so long, ms. */
export function shard(
  index: number,
  of: number,
  latencies: readonly number[],
  more: Partial<Soaked['soak']> = {},
): Read {
  const tally = createTally()
  tally.add({
    ...spoiltRun(PLAN, ''),
    error: null,
    events: 10,
    faults: { landed: { refuse: index }, missed: 0 },
    findings: { 'delivery/1': { occasions: 150, violations: [] } },
  })
  const publish = createLatencies()
  for (const ms of latencies) publish.recordValue(ms)
  return {
    file: `${index}.json`,
    certificate: {
      ...certificateOf({ madeAgain: index === 2 ? ['run 3: it broke'] : [] }),
      soak: {
        sent: 12,
        acknowledged: 8,
        failed: index === 1 ? 4 : 0,
        handled: 8,
        redelivered: 1,
        lag: 3,
        latency: { publish: { ...LATENCY, max: publish.maxValue }, handle: LATENCY },
        unavailable: { longest: 1_000 * index, byFault: { 'publish: refuse': 1_000 * index } },
        thresholds: [
          { text: 'p50(publish) < 100ms', worst: 1, isKept: true },
          { text: 'p99(publish) < 100ms over 1m', worst: 10 * index, isKept: true },
          { text: 'rate >= 40/s over 1m', worst: 20 * index, isKept: true },
          { text: 'failed < 30%', worst: index === 1 ? 33 : 0, isKept: index !== 1 },
          { text: 'unavailable < 3s', worst: 1_000 * index, isKept: true },
        ],
        series: {
          points: [
            { at: 0, rate: 10, p50: 5, p99: null },
            { at: 1_000, rate: 20 * index, p50: 6, p99: 7 * index },
          ],
          bands: [{ from: 0, to: 10, name: 'publish: refuse' }],
        },
        ended: 'finished',
        why: null,
        epochs: 1,
        lasted: 10_000 + index,
        rate: 50,
        memory: { perHour: index, plusMinus: 1 },
        nodeMemory: index === 1 ? null : { perHour: 9, plusMinus: 1 },
        ...more,
      },
      shard: {
        index,
        of,
        file: 'abc',
        run: null,
        seed: 7,
        asked: true,
        claims: exampleClaims,
        lacks: {},
        tally: tally.parts(),
        done: { next: 2, planned: 10_000, messages: 12 },
        latencies: { publish: encodeLatencies(publish), handle: encodeLatencies(createLatencies()) },
      },
    },
  }
}
