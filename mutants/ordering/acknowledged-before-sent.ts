import { brokenMemory, type Defect, sleep } from '../mutant.ts'

/** What the sender rests for after each message, ms. */
const REST = 20

export const defect: Defect = {
  text: 'The bus acknowledges a message when it enters a local queue, which it sends in the background.',
  must: ['ordering/3'],
  // A message that cannot be sent is lost, or stored late, without a report, and close does not wait for it.
  may: [
    'fail-fast/10',
    'delivery/1',
    'delivery/2',
    'delivery/5',
    'delivery/13',
    'dead-letter/7',
    'fail-fast/1',
    'fail-fast/5',
    'ordering/1',
    'resources/1',
    'resources/2',
    'resources/3',
    'delivery/14',
    'delivery/8',
    'retry/5',
  ],
  minimal: 'acknowledged-before-another-node-sends',
  send(send) {
    let queue: Promise<unknown> = Promise.resolve()
    return async (message, attempt) => {
      queue = queue
        .then(() => send(message, attempt))
        // The caller has its acknowledgement, and hears no more.
        .catch(() => undefined)
        .then(() => sleep(REST))
      return { status: 'acknowledged' }
    }
  },
}

export default brokenMemory(defect)
