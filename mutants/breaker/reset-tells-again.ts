import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A reset reports that the breaker has closed even if it was closed already.',
  must: ['breaker/10'],
  may: ['breaker/8'],
  minimal: 'nothing',
  bus: (bus, site) => ({
    ...bus,
    breaker: {
      isolate: async () => bus.breaker?.isolate(),
      async reset() {
        await bus.breaker?.reset()
        site.observe({ type: 'breaker-changed', from: 'open', to: 'closed' })
      },
    },
  }),
}

export default brokenMemory(defect)
