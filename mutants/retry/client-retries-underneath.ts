import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const HIDDEN_RETRIES = 2

export const defect: Defect = {
  text: "The client library's own retries are left on, so one attempt sends up to three requests.",
  must: ['retry/5'],
  // What left with the first request and is refused to the second is told as certainly not done.
  may: ['retry/1', 'delivery/2'],
  minimal: 'publish-black-holed',
  send: (send) => async (message, attempt) => {
    for (let hidden = 0; ; hidden++) {
      try {
        return await send(message, attempt)
      } catch (error) {
        const isBroken = isBusError(error) && error.code === CODES.connection
        if (!isBroken || hidden >= HIDDEN_RETRIES || attempt.signal.aborted) throw error
      }
    }
  },
}

export default brokenMemory(defect)
