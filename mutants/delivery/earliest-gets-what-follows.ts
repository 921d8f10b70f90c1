import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus ignores where a new group starts: every group receives only messages that are published afterwards.',
  must: ['delivery/8'],
  may: ['delivery/6', 'delivery/10', 'delivery/1', 'delivery/5', 'delivery/14'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    subscribe: (subscription, handle) => bus.subscribe({ ...subscription, from: 'latest' }, handle),
  }),
}

export default brokenMemory(defect)
