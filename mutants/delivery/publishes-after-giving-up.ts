import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus keeps a publish that certainly failed, and sends it in the background after it has reported the failure.',
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
