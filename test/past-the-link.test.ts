import { expect, it } from 'vitest'
import { certify } from '../harness/certify.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'

const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
const plans = scenarios.filter(({ name }) => name === 'No way around the links').map(({ plan }) => plan)

requires('kafka', await kafka.missing())('a link that the client goes past', () => {
  it.each(['publish', 'consume', 'deadletter'])(
    'makes the certificate an error: %s',
    { timeout: 90_000 },
    async (role) => {
      const fixture = new URL(`./fixtures/past-the-${role}-link.ts`, import.meta.url)
      const certificate = await certify(fixture, { site: 'real', lanes: 1, plans, failures: null })
      expect(certificate.error).toMatch(`traffic goes past the ${role} link`)
      expect(certificate.verdicts.map(({ verdict }) => verdict)).not.toContain('pass')
      expect(exitCodeOf(certificate, false)).toBe(3)
    },
  )
})
