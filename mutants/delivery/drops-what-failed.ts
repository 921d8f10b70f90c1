import type { BusAdapter } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Without dead letters, the bus logs a message whose handler failed, and continues with the next one.',
  must: ['delivery/1', 'delivery/6'],
  // Nothing is ever held back.
  may: ['ordering/5', 'delivery/14'],
  minimal: 'handler-throws-once',
  handle: (handle) => async (delivery) => {
    try {
      await handle(delivery)
    } catch {
      // The log line.
    }
  },
}

const bus = brokenMemory(defect)
const { deadLetter: _deadLetter, redrive: _redrive, handling: _handling, ...claims } = bus.claims

export default { ...bus, claims } satisfies BusAdapter
