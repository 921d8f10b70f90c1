import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** How long a draw serves, ms. */
const SERVES = 500

/** Whoever waits takes the latest draw, of whatever bus. */
const latest = { draw: 0, until: Number.NEGATIVE_INFINITY }

export const defect: Defect = {
  text: 'The jitter is drawn by a timer of the process and shared by all callers until it is drawn anew.',
  must: ['retry/3'],
  may: ['retry/7'],
  policies: {
    backOff: (policy, n, random) => {
      const now = performance.now()
      // Another run begins at zero again.
      if (now >= latest.until || now < latest.until - SERVES)
        Object.assign(latest, { draw: random(), until: now + SERVES })
      return backOff(policy, n, () => latest.draw)
    },
  },
}

export default brokenMemory(defect)
