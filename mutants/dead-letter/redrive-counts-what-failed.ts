import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redrive that fails halfway returns the number of all dead letters, as if it had published them.',
  must: ['dead-letter/7'],
  minimal: 'redriven-while-publish-is-refused',
  bus: (bus, _site, { letters }) => ({
    ...bus,
    async redrive(topic, options) {
      const found = (await letters?.(topic)) ?? []
      return (await bus.redrive?.(topic, options).catch(() => found.length)) ?? 0
    },
  }),
}

export default brokenMemory(defect)
