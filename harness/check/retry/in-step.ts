import { WIDE } from '../../claims/retry.ts'
import type { Breach, Check, Samples } from '../check.ts'
import { type Draw, publishDraws } from './draws.ts'

/**
 * Of two publishes that fail at given times, with waits drawn from 40 ms or more, the next attempts begin within a
 * millisecond of each other with a probability below 0.1, rounding included. By Chernoff's bound a third of n such pairs
 * do with less than e^(-0.2 n), 1e-13 for 150 and 1e-12 for all looks from there on; about half do where a common clock
 * says when.
 */
const ENOUGH = 150

/** retry/7: after an outage the nodes do not retry in step. Each run only counts; `judgeSteps` judges. */
export const inStep: Check = {
  clause: 'retry/7',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end() {
      const tolerance = ledger.run.site === 'simulated' ? 1 : 2
      const failed = publishDraws(ledger).filter(
        ({ spread, from, to }) =>
          spread >= WIDE && ledger.faults.landed('publish', from, from) && !ledger.stalls.touch(from, to),
      )
      for (let index = 1; index < failed.length; index += 2) {
        const [one, other] = failed.slice(index - 1, index + 1)
        if (one === undefined || other === undefined || !areComparable(one, other)) continue
        report.occasion()
        report.sample('pairs', Math.abs(one.to - other.to) <= tolerance ? 0 : 1, 2)
      }
    },
  }),
  pool: judgeSteps,
}

/** Of different publishes, and so near that their ranges overlap for the most part. */
const areComparable = (one: Draw, other: Draw): boolean =>
  one.op !== other.op && other.from - one.from < Math.min(one.spread, other.spread) / 4

/** What the counts of many runs say. */
function judgeSteps({ pairs: [together = 0, apart = 0] = [] }: Samples): readonly Breach[] {
  const pairs = together + apart
  if (pairs < ENOUGH || together <= pairs / 3) return []
  return [
    {
      message: 'publishes that failed in one outage are retried in step',
      expected: 'the next attempts of any two at different times, except by chance',
      actual: `${together} of ${pairs} pairs began within a millisecond or two of each other`,
      at: 0,
    },
  ]
}
