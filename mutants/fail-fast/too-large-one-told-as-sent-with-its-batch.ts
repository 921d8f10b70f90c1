import { brokenMemory, type Defect } from '../mutant.ts'
import { plan } from '../plan-parts.ts'

export const defect: Defect = {
  text: 'The bus drops a message that is too large from its batch, and reports it as acknowledged with the rest.',
  must: ['fail-fast/9'],
  minimal: plan({ batches: [{ node: 0, at: 0, topic: 0, messages: 2, tooLarge: 0, flush: null }] }),
  bus: (bus, site) => ({
    ...bus,
    async publishBatch(batch) {
      const sent = batch.filter(({ message }) => (message.value?.length ?? 0) <= site.claims.messages.maxBytes)
      const outcomes = (await bus.publishBatch?.(sent)) ?? []
      return batch.map((one) => outcomes[sent.indexOf(one)] ?? { status: 'acknowledged' })
    },
  }),
}

export default brokenMemory(defect)
