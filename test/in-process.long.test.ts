/** Buses that live inside one process: what is tried on them, what is found, and what becomes of those that do not live there. */
import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import type { CertifyOptions } from '../harness/certify-options.ts'
import { UsageError } from '../harness/errors.ts'
import { consumer, message, plan } from '../harness/plan/parts.case.ts'

const fixture = (name: string): URL => new URL(`fixtures/in-process/${name}.ts`, import.meta.url)
const few: CertifyOptions = {
  level: 'core',
  seed: 1,
  runs: 60,
  lanes: 1,
  shrink: 0,
  failures: null,
  regressions: null,
}
const occasionsIn = ({ verdicts }: Awaited<ReturnType<typeof certify>>, clause: string): number =>
  verdicts.find((one) => one.clause === clause)?.occasions ?? 0
const verdictsIn = ({ verdicts }: Awaited<ReturnType<typeof certify>>, verdict: string): string[] =>
  verdicts.filter((one) => one.verdict === verdict).map(({ clause }) => clause)

test('publishers that wait while a buffer is full can be aborted, and are held to their time', {
  timeout: 120_000,
}, async () => {
  const certificate = await certify(fixture('bounded'), few)
  expect(certificate).toMatchObject({ certified: true, links: 'none, the bus crosses no network', witness: 'none' })
  expect(verdictsIn(certificate, 'pass')).toEqual(expect.arrayContaining(['fail-fast/2', 'fail-fast/5', 'ordering/5']))
  const { landed, missed } = certificate.faults
  expect(missed).toBe(0)
  expect(Object.keys(landed)).toEqual(['handler that rejects', 'slow handler', 'close in traffic'])
  for (const count of Object.values(landed)) expect(count).toBeGreaterThan(0)
})

test('subscribers that each get everything are judged as such, and not as members of a group', {
  timeout: 120_000,
}, async () => {
  const certificate = await certify(fixture('fan-out'), few)
  expect(certificate).toMatchObject({ certified: true, faults: { missed: 0 } })
  expect(verdictsIn(certificate, 'pass')).toEqual(expect.arrayContaining(['delivery/1', 'delivery/5', 'ordering/5']))
  expect(certificate.verdicts.find(({ clause }) => clause === 'ordering/4')).toMatchObject({
    verdict: 'unsupported',
    reason: 'the system has no group membership: every subscriber gets every message',
  })
})

test('a plan is carried out in a process of its own, with no link and no kill', { timeout: 120_000 }, async () => {
  const rejecting = message({ outcome: { kind: 'throws', times: 2 } })
  const certificate = await certify(new URL('../examples/in-process-bus.ts', import.meta.url), {
    ...few,
    site: 'real',
    plans: [plan({ consumers: [consumer(), consumer({ group: 1 })], messages: [message(), rejecting], nodes: 3 })],
  })
  expect(certificate.error).toBeNull()
  expect(certificate).toMatchObject({ links: 'none, the bus crosses no network', host: 'child process', runs: 1 })
  expect(certificate.faults).toEqual({
    landed: { 'handler that rejects': 4, 'slow handler': 0, 'close in traffic': 0 },
    missed: 0,
  })
  expect(verdictsIn(certificate, 'fail')).toEqual([])
  expect(occasionsIn(certificate, 'resources/1')).toBeGreaterThan(0)
})

test('a plan with faults that need a network is refused', async () => {
  const plans = [plan({ kills: [{ node: 0, at: 5 }] })]
  await expect(certify(new URL('../examples/in-process-bus.ts', import.meta.url), { ...few, plans })).rejects.toThrow(
    'plans[0] cannot run: the bus crosses no network: it lives inside the process that uses it',
  )
})

test.each([
  ['drops-what-is-rejected', 'delivery/1'],
  ['emitter', 'fail-fast/5'],
  // Its situation needs a network; what is broken all the same is no less broken.
  ['waits-after-close', 'fail-fast/7'],
])('a broken one is caught by the clause that owes it: %s by %s', { timeout: 120_000 }, async (name, clause) => {
  expect(verdictsIn(await certify(fixture(name), { ...few, bail: [clause] }), 'fail')).toContain(clause)
})

test.each(['simulated', 'real'] as const)('one that dials is refused: %s', { timeout: 120_000 }, async (site) => {
  const certifying = certify(fixture('dials'), { ...few, site, plans: [plan()] })
  await expect(certifying).rejects.toThrow(UsageError)
  await expect(certifying).rejects.toThrow(
    /^the adapter dials the \w+ link, and its system says that the bus crosses no/,
  )
})
