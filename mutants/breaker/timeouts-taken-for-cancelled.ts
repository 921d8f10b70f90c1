import { CODES, stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The attempt whose end was reported last, which is the one that the breaker is told of next. */
let timedOut = false

export const defect: Defect = {
  text: 'A time-out aborts the attempt by the same signal as the caller does, so the breaker takes it for a cancellation and never counts it.',
  must: ['breaker/1'],
  minimal: 'publish-black-holed',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      stepBreaker(policy, state, event.type === 'ended' && timedOut ? { ...event, result: 'neither' } : event, now),
  },
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe(observation) {
      if (observation.type !== 'attempt-ended') return site.observe(observation)
      timedOut = observation.outcome === 'failed' && observation.error?.code === CODES.timeout
      site.observe(timedOut ? { ...observation, outcome: 'cancelled' } : observation)
    },
  }),
}

export default brokenMemory(defect)
