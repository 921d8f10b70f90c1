/** A claim about configuration for tests: one setting of each type, a conflict, and environments. */
import type { ConfigurationClaim } from './configuration-claim.ts'

export const exampleConfiguration: ConfigurationClaim = {
  settings: {
    TIMEOUT: { type: 'number', default: 30, least: 0.01, most: 300, figure: { path: 'publish.timeout', times: 1000 } },
    THRESHOLD: { type: 'number', default: 2, least: 1, most: 20, whole: true },
    IDEMPOTENT: { type: 'boolean', default: true },
    ACKS: { type: 'choice', default: 'all', values: ['all', '1', '0'] },
    GROUP: { type: 'text', default: 'default', right: ['orders'], wrong: ['', 'a\tb'] },
    DEAD_LETTER_TOPIC: { type: 'text', default: null, right: ['letters'], wrong: [] },
    PASSWORD: { type: 'text', default: null, right: ['swordfish'], wrong: [], secret: true },
  },
  conflicts: [{ IDEMPOTENT: [true], ACKS: ['1', '0'] }],
  environments: {
    variables: ['ENVIRONMENT', 'ENV'],
    names: { production: ['prod', 'production'], development: ['dev'] },
    otherwise: 'development',
    defaults: { production: { THRESHOLD: 5 } },
  },
}
