import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that failed for certain is kept and sent again in the background, after the caller was told that it failed.',
  must: ['delivery/2'],
  may: [
    'breaker/2',
    'ordering/1',
    'retry/1',
    'retry/5',
    'resources/1',
    'resources/2',
    'delivery/13',
    'fail-fast/2',
    'fail-fast/6',
  ],
  minimal: 'publish-refused',
  bus: (bus, _site, parts) => ({
    ...bus,
    async publish(message, options) {
      try {
        return await bus.publish(message, options)
      } catch (error) {
        void (async () => {
          await sleep(500)
          await parts
            .send(message, { dedup: `late-${options.op}`, signal: new AbortController().signal })
            .catch(() => undefined)
        })()
        throw error
      }
    },
  }),
}

export default brokenMemory(defect)
