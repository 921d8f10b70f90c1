import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** How long a draw serves, ms. */
const SERVES = 500

/** Every waiting caller takes the latest draw, whichever its bus. */
const latest = { draw: 0, until: Number.NEGATIVE_INFINITY }
let openedAt = Number.NEGATIVE_INFINITY

export const defect: Defect = {
  text: 'A timer of the process draws the jitter, and all callers share it until the next draw.',
  must: ['retry/3'],
  may: ['retry/7'],
  site: (site) => {
    // Virtual time that went back is another run's, whose draws are its own.
    if (performance.now() < openedAt) latest.until = Number.NEGATIVE_INFINITY
    openedAt = performance.now()
    return site
  },
  policies: {
    backOff: (policy, n, random) => {
      const now = performance.now()
      if (now >= latest.until) Object.assign(latest, { draw: random(), until: now + SERVES })
      return backOff(policy, n, () => latest.draw)
    },
  },
}

export default brokenMemory(defect)
