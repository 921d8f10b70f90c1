import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What waits in the outbox is published in no order, the newest first.',
  must: ['fail-fast/8'],
  minimal: 'write-while-publish-is-refused',
  outbox: { inOrder: (entries) => entries.toReversed() },
}

export default brokenOutbox(defect)
