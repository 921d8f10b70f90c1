import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus logs a failed publish and reports it as a success.',
  must: ['fail-fast/1'],
  may: [
    'fail-fast/10',
    'resources/3',
    'delivery/1',
    'delivery/5',
    'breaker/2',
    'fail-fast/2',
    'ordering/1',
    'delivery/13',
    'fail-fast/6',
    'fail-fast/7',
    'delivery/14',
  ],
  minimal: 'aborted-at-once',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        console.error('publish failed', error instanceof Error ? error.message : error)
        return { status: 'acknowledged' }
      }),
  }),
}

export default brokenMemory(defect)
