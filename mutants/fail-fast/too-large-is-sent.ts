import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus does not check the size of a value before it sends it.',
  must: ['fail-fast/6'],
  minimal: 'nothing',
  bus: (bus, site, parts) => ({
    ...bus,
    publish: (message, options) =>
      (message.value?.length ?? 0) > site.claims.messages.maxBytes
        ? parts.send(message, { dedup: options.op, signal: options.signal ?? new AbortController().signal })
        : bus.publish(message, options),
  }),
}

export default brokenMemory(defect)
