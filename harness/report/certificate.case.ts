/** A certificate written by hand, for the tests of its renderings. */
import { CERTIFICATE_FORMAT, type Certificate, type Verdict } from '../certificate/certificate.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'

export const verdictOf = (clause: string, given: Partial<Verdict> = {}): Verdict => ({
  clause,
  verdict: 'pass',
  occasions: 1204,
  wanted: 100,
  violations: [],
  violationCount: 0,
  selfReported: false,
  ...given,
})

export const violated = verdictOf('ordering/1', {
  verdict: 'fail',
  violations: [
    {
      clause: 'ordering/1',
      message: 'm7 overtook m3 <of key "k1"> & more',
      expected: 'm3 before m7',
      actual: 'm7 first',
      op: 'm7',
      ops: ['m7', 'm3'],
      at: 12,
    },
  ],
  violationCount: 3,
})

export const certificateOf = (given: Partial<Certificate> = {}): Certificate => ({
  format: CERTIFICATE_FORMAT,
  adapter: 'memory',
  system: 'memory',
  site: 'simulated',
  level: 'resilient',
  effort: 'default',
  certified: true,
  notes: [],
  seed: 42,
  runs: 412,
  events: 103_221,
  faults: { landed: { refuse: 33, reset: 1021, cut: 0 }, missed: 12 },
  links: 'simulated link',
  madeAgain: [],
  witness: 'live',
  host: 'worker',
  verdicts: [verdictOf('delivery/1'), verdictOf('delivery/2', { selfReported: true }), verdictOf('ordering/1')],
  failures: [],
  error: null,
  tookMs: 8_240,
  environment: { busproof: '0.1.0', node: '20.20.2', client: null, server: 'embedded broker', os: 'linux x64' },
  ...given,
})

export const failedCertificate = certificateOf({
  certified: false,
  verdicts: [
    verdictOf('delivery/1'),
    violated,
    verdictOf('ordering/4', { verdict: 'inconclusive', occasions: 3, wanted: 20 }),
    verdictOf('breaker/1', { verdict: 'unsupported', occasions: 0 }),
    verdictOf('retry/1', { verdict: 'not run', occasions: 0 }),
  ],
  failures: [
    {
      id: 'ab12',
      clause: 'ordering/1',
      adapter: './bus.ts',
      servers: 1,
      plan: generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 1, 1),
      missed: [],
      also: [],
      story: ['m7 overtook m3', '▶ here'],
      folder: '.busproof/failures/ab12',
      confirmed: { failed: 5, of: 5 },
      shrunk: {
        from: { messages: 24, faults: 3, consumers: 2 },
        to: { messages: 2, faults: 1, consumers: 1 },
        ended: 'minimal',
      },
    },
  ],
})
