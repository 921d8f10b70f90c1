import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus handles the messages of one fetch last to first.',
  must: ['ordering/1'],
  may: [
    'delivery/1',
    'delivery/5',
    'delivery/6',
    'dead-letter/4',
    'delivery/13',
    'dead-letter/1',
    'dead-letter/2',
    'retry/1',
    'delivery/14',
    'delivery/15',
    'ordering/3',
    'dead-letter/7',
    'delivery/3',
    'retry/2',
    'retry/4',
    'retry/6',
  ],
  minimal: 'two-messages',
  member: (log) => ({
    ...log,
    fetch: async (partition, from, signal) => [...(await log.fetch(partition, from, signal))].reverse(),
  }),
}

export default brokenMemory(defect)
