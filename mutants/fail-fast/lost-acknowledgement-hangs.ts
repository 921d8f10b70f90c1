import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish with an unknown outcome never settles: nothing rejects the promise that waits for the acknowledgement.',
  must: ['fail-fast/2'],
  may: ['resources/2', 'breaker/2'],
  minimal: 'aborted-at-once',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: { effect?: string }) => {
        if (error.effect === 'unknown') return new Promise<never>(() => undefined)
        throw error
      }),
  }),
}

export default brokenMemory(defect)
