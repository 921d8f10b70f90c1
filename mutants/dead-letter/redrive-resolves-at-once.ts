import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redrive starts its publishes, and resolves before they are accepted.',
  must: ['dead-letter/7'],
  minimal: 'handler-throws-once-without-retries',
  bus: (bus, _site, { letters }) => ({
    ...bus,
    async redrive(topic, options) {
      // Failures are not reported: that is the defect.
      bus.redrive?.(topic, options).catch(() => undefined)
      return (await letters?.(topic))?.length ?? 0
    },
  }),
}

export default brokenMemory(defect)
