import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A member that takes over a partition starts with the last committed message, as a precaution.',
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
