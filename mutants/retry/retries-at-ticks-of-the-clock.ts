import { backOff } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** Between two ticks, ms. */
const TICK = 50

export const defect: Defect = {
  text: 'The bus collects retries and sends them at ticks of the clock that all nodes share, within the claimed waits.',
  must: ['retry/7'],
  may: ['retry/3'],
  policies: {
    backOff: (policy, n, random) => {
      const now = performance.now()
      const [least, wait, most] = [0, random(), 1].map((draw) => backOff(policy, n, () => draw)) as [
        number,
        number,
        number,
      ]
      const ticks = [Math.ceil((now + wait) / TICK), Math.floor((now + wait) / TICK)].map((tick) => tick * TICK - now)
      return ticks.find((one) => one >= least && one <= most) ?? wait
    },
  },
}

export default brokenMemory(defect)
