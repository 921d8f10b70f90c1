import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that failed is called queued, and then forgotten.',
  must: ['fail-fast/1'],
  may: ['delivery/13', 'breaker/2', 'fail-fast/6', 'fail-fast/7', 'resources/2', 'resources/3'],
  minimal: 'aborted-at-once',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) => bus.publish(message, options).catch(() => ({ status: 'queued' as const })),
  }),
}

export default brokenMemory(defect)
