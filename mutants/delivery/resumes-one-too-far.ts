import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A member that takes over a partition starts one message behind the committed position, and so skips one.',
  must: ['delivery/7'],
  may: [
    'dead-letter/5',
    'delivery/1',
    'delivery/10',
    'delivery/5',
    'delivery/6',
    'delivery/13',
    'dead-letter/1',
    'dead-letter/4',
    'delivery/14',
  ],
  minimal: 'closed-at-a-message-beside-another-node',
  member: (log) => ({
    ...log,
    sync: async () =>
      (await log.sync())?.map((owned) => ({ ...owned, next: owned.next === 0 ? 0 : owned.next + 1 })) ?? null,
  }),
}

export default brokenMemory(defect)
