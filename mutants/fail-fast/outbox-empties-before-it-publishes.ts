import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'An event is deleted from the outbox before it is published.',
  must: ['fail-fast/8'],
  outbox: {
    async relay({ row, event }, { publish, remove }) {
      await remove(row)
      await publish(event)
    },
  },
}

export default brokenOutbox(defect)
