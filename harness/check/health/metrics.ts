import { MEANINGS } from '../../claims/metrics.ts'
import type { BreakerState, HealthStatus } from '../../vocabulary.ts'
import type { Check } from '../check.ts'
import { createHealthChecks } from './asked.ts'
import { createBreakers } from './breakers.ts'
import { createCounted, type Range } from './counted.ts'
import { healthBetween } from './health-answers.ts'
import { createScrapes, numberOf, type Scrape, samplesOf } from './scraped.ts'

const WORDS = {
  acknowledged: 'publishes that were acknowledged',
  failed: 'publishes that failed',
  handled: 'calls of handlers that resolved',
  deadLettered: 'dead letters',
  queued: 'publishes in the queue',
} as const

const VALUES: Readonly<Record<HealthStatus, number>> = { healthy: 1, degraded: 0.5, unhealthy: 0 }

/** health/5: what metrics tell is what callers and handlers saw. */
export const metrics: Check = {
  clause: 'health/5',
  file: import.meta.url,
  detect(ledger, report) {
    const { metrics: claim, health: healthClaim } = ledger.run.claims
    if (claim === undefined) return {}
    const scrapes = createScrapes(ledger)
    const counted = createCounted(ledger)
    const breakers = createBreakers()
    const checks = healthClaim === undefined ? null : createHealthChecks(ledger, healthClaim)

    const judgeNumbers = ({ node, asked, answered }: Scrape): void => {
      if (answered === null) return
      for (const meaning of MEANINGS) {
        const selector = claim[meaning]
        if (selector === undefined || meaning === 'breaker' || meaning === 'health') continue
        const value = numberOf(answered.event.samples, selector)
        const range = counted.range(meaning, node, asked, answered)
        if (meaning === 'failed' && range.least > 0) report.kind('after failures')
        if (value === null || (value >= range.least && value <= range.most)) continue
        const last = counted.last(meaning, node, answered)
        report.violation({
          message: `${node} exposes ${selector} as ${value}, the ${WORDS[meaning]} are ${rangeText(range)}${last === undefined ? '' : `, the last of them ${last}`}`,
          expected: rangeText(range),
          actual: `${value}`,
          op: last,
          node,
          at: answered.at,
        })
      }
    }

    const judgeBreaker = ({ node, asked, answered }: Scrape, selector: string): void => {
      if (answered === null) return
      const samples = samplesOf(answered.event.samples, selector)
      if (samples.length === 0) return
      const state = breakers.before(node, answered)
      // One that changed just then may be told as before.
      const isSteady = state.at < asked.at
      const present = state.to
      if (isSteady && present !== 'closed') report.kind('breaker not closed')
      const on = samples.filter(({ value }) => value === 1).map(({ labels }) => labels.state ?? '')
      const isWell = on.length === 1 && samples.every(({ value }) => value === 0 || value === 1)
      if (isWell && (!isSteady || isNamed(present, on[0] ?? ''))) return
      report.violation({
        message: isWell
          ? `${node} exposes its breaker as ${on[0]}, but it is ${present}`
          : `${node} exposes its breaker in ${on.length} states at once`,
        expected: `state="${present}" at 1, each other one at 0`,
        actual: samples.map(({ labels, value }) => `${labels.state} ${value}`).join(', '),
        node,
        at: answered.at,
      })
    }

    const judgeHealth = ({ node, asked, answered }: Scrape, selector: string): void => {
      if (answered === null) return
      const value = numberOf(answered.event.samples, selector)
      const told = healthBetween(checks?.all() ?? [], { node, asked, answered })
      if (value === null || told === null) return
      if (told.includes('degraded') || told.includes('unhealthy')) report.kind('not healthy')
      if (told.some((status) => VALUES[status] === value)) return
      report.violation({
        message: `${node} exposes ${selector} as ${value}, but health() answered ${told.join(' or ')}`,
        expected: told.map((status) => VALUES[status]).join(' or '),
        actual: `${value}`,
        node,
        at: answered.at,
      })
    }

    return {
      takes: [...scrapes.takes, ...counted.takes, ...breakers.takes, ...(checks?.takes ?? [])],
      step(event, moment) {
        scrapes.step(event, moment)
        counted.step(event, moment)
        breakers.step(event, moment)
        checks?.step(event, moment)
      },
      end() {
        for (const scrape of scrapes.ofOpen()) {
          if (scrape.answered?.event.error !== undefined || scrape.answered === null) continue
          report.occasion()
          judgeNumbers(scrape)
          if (claim.breaker !== undefined) judgeBreaker(scrape, claim.breaker)
          if (claim.health !== undefined) judgeHealth(scrape, claim.health)
        }
      },
    }
  },
}

/** `half_open` and `HalfOpen` name a state as well; what is open for another reason may be called open, or forced open. */
function isNamed(state: BreakerState, name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (plain === state.replace('-', '')) return true
  return (state === 'isolated' || state === 'shut-down') && (plain === 'open' || plain === 'forcedopen')
}

const rangeText = ({ least, most }: Range): string =>
  least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
