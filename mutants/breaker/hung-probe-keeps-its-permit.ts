import { CODES, stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** The attempt whose end was reported last, which is the one that the breaker is told of next. */
let timedOut = false

export const defect: Defect = {
  text: 'A probe that times out is never reported to the half-open breaker, which waits for it for ever.',
  must: ['breaker/6'],
  may: ['delivery/13'],
  minimal: 'probe-hangs-in-a-black-hole',
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'half-open' && event.type === 'ended' && timedOut
        ? { state, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
  site: (site) => ({
    ...site,
    prefix: site.prefix,
    observe(observation) {
      site.observe(observation)
      if (observation.type === 'attempt-ended') timedOut = observation.error?.code === CODES.timeout
    },
  }),
}

export default brokenMemory(defect)
