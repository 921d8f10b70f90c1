import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus does not check topic names, and sends each publish to the broker for it to refuse.',
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
