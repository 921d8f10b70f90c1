import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A new group always starts with the oldest message, even if it asked for the latest.',
  must: ['delivery/8'],
  minimal: 'one-message-then-a-group-from-latest',
  bus: (bus) => ({
    ...bus,
    subscribe: (subscription, handle) => bus.subscribe({ ...subscription, from: 'earliest' }, handle),
  }),
}

export default brokenMemory(defect)
