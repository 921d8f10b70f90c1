import type { Check } from '../check.ts'
import { join, listIn } from '../tracker/moment.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'
import { judgeSentOrder, reachedOf } from './sent-order.ts'

/** ordering/1: one producer's acknowledged messages of one key first reach each group in the order in which they were sent. */
export const perKey: Check = {
  clause: 'ordering/1',
  file: import.meta.url,
  detect: (ledger, report) => ({
    // A publish may be acknowledged after its message was delivered, hence at the end.
    end() {
      const sequences = new Map<string, Operation[]>()
      for (const operation of ledger.operations.all()) {
        if (!operation.hasKey || !isAcknowledged(operation)) continue
        listIn(sequences, join(operation.topic, operation.content.key, operation.producer)).push(operation)
      }
      for (const sequence of sequences.values()) {
        const { topic = '', content } = sequence[0] ?? {}
        for (const group of ledger.groups.on(topic)) {
          judgeSentOrder(ledger, report, reachedOf(ledger, sequence, group), `with key ${content?.key}`)
        }
      }
    },
  }),
}
