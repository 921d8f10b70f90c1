import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A replay starts its publishes, and resolves before they are accepted.',
  must: ['dead-letter/7'],
  minimal: 'handler-throws-once-without-retries',
  bus: (bus, _site, { letters }) => ({
    ...bus,
    async replay(topic, options) {
      // Failures are not reported: that is the defect.
      bus.replay?.(topic, options).catch(() => undefined)
      return (await letters?.(topic))?.length ?? 0
    },
  }),
}

export default brokenMemory(defect)
