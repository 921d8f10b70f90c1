import { GAUGES, MEANINGS } from '../../claims/metrics.ts'
import type { Check } from '../check.ts'
import { isBefore, listIn, type Moment } from '../tracker/moment.ts'
import { createScrapes, numberOf, type Scrape } from './scraped.ts'

/** health/4: metrics are answered in time, in the format of Prometheus, all of them, and no counter falls. */
export const scraping: Check = {
  clause: 'health/4',
  file: import.meta.url,
  detect(ledger, report) {
    const { run, faults, stalls } = ledger
    const claim = run.claims.metrics
    if (claim === undefined) return {}
    const scrapes = createScrapes(ledger)
    /** What was told of a counter, by node and selector. */
    const told = new Map<string, { readonly by: Moment; readonly value: number }[]>()

    const wrongIn = (
      { node, asked, answered }: Scrape,
      complete: boolean,
    ): readonly [string, string, string] | null => {
      const due = asked.at + run.claims.publish.timeout + run.slack
      const inTime = `an answer within ${run.claims.publish.timeout} ms`
      if (answered === null)
        return complete && ledger.now().at >= due && !stalls.touch(asked.at, due)
          ? ['were never given', inTime, 'no answer']
          : null
      const { samples, wrong, error } = answered.event
      if (error !== undefined) return ['failed instead of being given', inTime, error.message]
      if (answered.at > due && !stalls.touch(asked.at, answered.at))
        return ['took too long', inTime, `answered at ${answered.at} ms`]
      if (wrong !== undefined) return ['cannot be read', 'the text format of Prometheus', wrong]
      for (const meaning of MEANINGS) {
        const selector = claim[meaning]
        if (selector === undefined) continue
        const value = numberOf(samples, selector)
        if (value === null) return [`lack ${selector}`, `${selector}, as claimed`, 'no such number']
        if (GAUGES.has(meaning)) continue
        const earlier = listIn(told, `${node} ${selector}`)
        const before = Math.max(0, ...earlier.filter(({ by }) => isBefore(by, asked)).map((one) => one.value))
        earlier.push({ by: answered, value })
        if (value < before) return [`let ${selector} fall`, `at least ${before}: a counter never falls`, `${value}`]
      }
      return null
    }

    return {
      takes: scrapes.takes,
      step: scrapes.step,
      end(complete) {
        for (const scrape of scrapes.ofOpen()) {
          const { node, asked, answered } = scrape
          report.occasion()
          if (faults.touched(asked.at, answered?.at ?? asked.at)) report.kind('under a fault')
          const wrong = wrongIn(scrape, complete)
          if (wrong === null) continue
          const [did, expected, actual] = wrong
          const told = `asked at ${asked.at} ms, ${actual}`
          report.violation({
            message: `the metrics of ${node} ${did}`,
            expected,
            actual: told,
            node,
            at: answered?.at ?? asked.at,
          })
        }
      },
    }
  },
}
