import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reports a failed publish as queued, and forgets it.',
  must: ['fail-fast/1'],
  // Of a publish that was aborted before the call, too.
  may: ['fail-fast/2', 'delivery/13', 'breaker/2', 'fail-fast/6', 'fail-fast/7', 'resources/2', 'resources/3'],
  minimal: 'aborted-at-once',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) => bus.publish(message, options).catch(() => ({ status: 'queued' as const })),
  }),
}

export default brokenMemory(defect)
