import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus deletes an event from the outbox before it publishes it.',
  must: ['fail-fast/8'],
  // The groups wait for that event too.
  may: ['delivery/1', 'delivery/14'],
  minimal: 'write-while-publish-is-refused',
  outbox: {
    async relay({ row, event }, { publish, remove }) {
      await remove(row)
      await publish(event)
    },
  },
}

export default brokenOutbox(defect)
