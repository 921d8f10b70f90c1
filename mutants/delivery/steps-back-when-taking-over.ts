import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'To be on the safe side, a member that takes a partition over begins with the last message that was committed.',
  must: ['delivery/7'],
  // What failed for good fails again, and has another dead letter.
  may: ['delivery/3', 'delivery/5', 'retry/1', 'dead-letter/1', 'dead-letter/2'],
  minimal: 'closed-at-a-message',
  member: (log) => ({
    ...log,
    sync: async () => (await log.sync())?.map((owned) => ({ ...owned, next: Math.max(0, owned.next - 1) })) ?? null,
  }),
}

export default brokenMemory(defect)
