import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'For more throughput, the bus handles the next message of a partition while the previous one is still being handled.',
  must: ['ordering/4'],
  may: [
    'delivery/6',
    'dead-letter/1',
    'dead-letter/2',
    'dead-letter/4',
    'delivery/1',
    'delivery/5',
    'delivery/10',
    'ordering/1',
    'resources/2',
    'fail-fast/5',
    'delivery/14',
  ],
  minimal: 'second-member-joins-behind-slow-messages',
  handle: (handle) => {
    let running: Promise<void> = Promise.resolve()
    return async (delivery) => {
      const before = running
      running = handle(delivery).catch(() => undefined)
      await before
    }
  },
}

export default brokenMemory(defect)
