import { memoryParts } from '../../adapters/memory/index.ts'
import { type Send, stepBreaker } from '../../adapters/resilience/index.ts'
import type { Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** No defect: over one shared connection all attempts fail in one moment, and none is left to fail later. */
const connectionForEach =
  (site: Site): Send =>
  async (message, attempt) => {
    const own = memoryParts(site)
    try {
      return await own.send(message, attempt)
    } finally {
      await own.disconnect()
    }
  }

export const defect: Defect = {
  text: 'A failure that comes while the breaker is open begins its reset time anew.',
  must: ['breaker/3'],
  send: (_send, site) => connectionForEach(site),
  policies: {
    stepBreaker: (policy, state, event, now) =>
      state.is === 'open' && event.type === 'ended' && event.result === 'bad'
        ? { state: { ...state, until: now + policy.reset }, admitted: null }
        : stepBreaker(policy, state, event, now),
  },
}

export default brokenMemory(defect)
