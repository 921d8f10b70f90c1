import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus publishes the events in the outbox newest first.',
  must: ['fail-fast/8'],
  minimal: 'write-while-publish-is-refused',
  outbox: { inOrder: (entries) => entries.toReversed() },
}

export default brokenOutbox(defect)
