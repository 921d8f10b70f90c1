import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Two processes that read the outbox at once both publish its events, each as a message of its own.',
  must: ['fail-fast/8'],
  // What lies twice is handled twice.
  may: ['delivery/3', 'delivery/5'],
  minimal: 'two-nodes',
  outbox: {
    async relay({ row, event }, { publish, remove }) {
      await publish({ ...event, dedup: crypto.randomUUID() })
      await remove(row)
    },
  },
}

export default brokenOutbox(defect)
