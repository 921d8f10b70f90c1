import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus acknowledges a publish when it queues it.',
  must: ['fail-fast/1'],
  // What is acknowledged before it is sent breaks much else, and is tried as only what is queued may be.
  may: [
    'breaker/2',
    'breaker/9',
    'breaker/11',
    'retry/1',
    'retry/2',
    'delivery/1',
    'delivery/13',
    'ordering/3',
    'resources/2',
    'resources/3',
    'delivery/14',
  ],
  minimal: 'publish-refused',
  bus: (bus) => ({
    ...bus,
    async publish(message, options) {
      const receipt = await bus.publish(message, options)
      return receipt.status === 'queued' ? { status: 'acknowledged' } : receipt
    },
  }),
}

export default brokenQueue(defect)
