import { expect, it } from 'vitest'
import { certify } from '../harness/certify.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'

const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
const plans = scenarios.filter(({ name }) => name === 'No way around the links').map(({ plan }) => plan)

it('a bus with one connection for all roles has none of its own on theirs, which is an error too', async () => {
  const fixture = new URL('./fixtures/one-connection.ts', import.meta.url)
  const { error } = await certify(fixture, { site: 'simulated', lanes: 1, plans, failures: null })
  expect(error).toMatch(/past the consume link.*Give each role its own connections/)
})

requires('kafka', await kafka.missing())('a link that the client goes past', () => {
  it.each([
    ['publish', 'past-the-publish-link'],
    ['consume', 'past-the-consume-link'],
    ['consume', 'past-the-consume-link-later'],
    ['dead-letter', 'past-the-dead-letter-link'],
  ])('makes the certificate an error: %s (%s)', { timeout: 90_000 }, async (role, name) => {
    const fixture = new URL(`./fixtures/${name}.ts`, import.meta.url)
    const certificate = await certify(fixture, { site: 'real', lanes: 1, plans, failures: null })
    expect(certificate.error).toMatch(`traffic goes past the ${role} link`)
    expect(certificate.verdicts.map(({ verdict }) => verdict)).not.toContain('pass')
    expect(exitCodeOf(certificate, false)).toBe(3)
  })
})
