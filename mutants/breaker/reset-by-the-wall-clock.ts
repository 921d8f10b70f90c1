import { stepBreaker } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const loadedAt = Date.now() - performance.now()
/** As `performance.now()` reads it, but moved when the clock is set. */
const wallClock = (): number => Date.now() - loadedAt

export const defect: Defect = {
  text: 'The breaker uses the wall clock, so a step of that clock keeps it open for an hour, or closes it at once.',
  must: ['breaker/3'],
  // It reports itself half-open or open, because the reason is invisible to others.
  may: ['breaker/2', 'breaker/6', 'breaker/8', 'delivery/13', 'fail-fast/2'],
  minimal: 'tried-again-while-the-clock-is-ahead',
  policies: {
    stepBreaker: (policy, state, event) => stepBreaker(policy, state, event, wallClock()),
  },
}

export default brokenMemory(defect)
