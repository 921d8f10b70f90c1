/** Systems that say what they lack: what follows for their certificates, and what becomes of those that lie. */
import { describe, expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import type { CertifyOptions } from '../harness/certify-options.ts'
import { UsageError } from '../harness/errors.ts'
import { plan } from '../harness/plan/parts.case.ts'
import { renderConsole } from '../harness/report/console.ts'
import { renderJunit } from '../harness/report/junit.ts'
import { startSimulatedLanes } from '../harness/site/simulated/lanes.ts'
import { describeSystem } from '../harness/vitest.ts'

const adapterAt = (name: string): URL => new URL(`fixtures/lacks/${name}.ts`, import.meta.url)
const few: CertifyOptions = { seed: 1, runs: 8, effort: 'quick', lanes: 1, failures: null, regressions: null }

describeSystem(adapterAt('modest'))

describe('a system that says what it lacks', () => {
  test('has a certificate in which what cannot arise is unsupported, with the reason', {
    timeout: 120_000,
  }, async () => {
    const certificate = await certify(adapterAt('modest'), few)
    expect(certificate.error).toBeNull()
    const reasons = Object.fromEntries(certificate.verdicts.map(({ clause, reason }) => [clause, reason]))
    const uncommitted = 'the system has no committed offsets: it acknowledges message by message'
    expect(reasons).toMatchObject({
      'delivery/6': uncommitted,
      'delivery/9': uncommitted,
      'dead-letter/4': uncommitted,
    })
    for (const { clause, verdict, occasions } of certificate.verdicts) {
      if (reasons[clause] !== undefined) expect([clause, verdict, occasions]).toEqual([clause, 'unsupported', 0])
      else expect([clause, verdict]).not.toEqual([clause, 'unsupported'])
    }
    // The adapter tells who takes over a topic, so its situation arises, whatever the system says.
    const takenOver = certificate.verdicts.filter(({ clause }) => ['delivery/7', 'delivery/10'].includes(clause))
    expect(takenOver.map(({ verdict, occasions }) => [verdict, occasions > 0])).toEqual([
      ['pass', true],
      ['pass', true],
    ])
    expect(certificate.notes).toContain(
      'The system has no committed offsets: it acknowledges message by message; not covered: delivery/6, delivery/9, delivery/15, dead-letter/4.',
    )
    expect(renderConsole(certificate).replaceAll(/\s+/g, ' ')).toContain(
      'not covered: delivery/6, delivery/9, delivery/15',
    )
    expect(renderJunit(certificate)).toContain(`<skipped message="${uncommitted}"/>`)
  })

  test('carries out of a plan only what it has', { timeout: 60_000 }, async () => {
    await using running = await startSimulatedLanes(adapterAt('modest').href, 1)
    const outcome = await running.lanes[0]?.execute(plan({ topics: [{ partitions: 3 }] }), { keepHistory: true })
    expect(outcome?.error).toBeNull()
    expect(outcome?.history?.header).toMatchObject({
      plan: { topics: [{ partitions: 1 }] },
      lacks: { partitions: 'a topic is one sequence' },
    })
  })

  test.each([
    [
      'tells-of-commits',
      /^modest says: the system has no committed offsets: .*; but .* committed .*: correct its `lacks`, or what was reported$/,
    ],
    [
      'promises-partitions',
      /^the adapter promises-partitions: it claims ordering per-partition, but no run on modest can test that, because the system has no partitions/,
    ],
  ])('is refused by one sentence where it lies: %s', { timeout: 60_000 }, async (name, sentence) => {
    for (const site of ['simulated', 'real'] as const) {
      const certifying = certify(adapterAt(name), { ...few, site, toxiproxy: 'off' })
      await expect(certifying).rejects.toThrow(UsageError)
      await expect(certifying).rejects.toThrow(sentence)
    }
  })
})
