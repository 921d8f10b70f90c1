import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whether a topic can be one is left to the broker, which is asked each time.',
  must: ['fail-fast/6'],
  minimal: 'nothing',
  bus: (bus, _site, parts) => ({
    ...bus,
    publish: (message, options) =>
      message.topic === ''
        ? parts.send(message, { dedup: options.op, signal: options.signal ?? new AbortController().signal })
        : bus.publish(message, options),
  }),
}

export default brokenMemory(defect)
