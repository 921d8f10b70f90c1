import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus acknowledges a write whose event could not be published, and only logs the failure.',
  must: ['fail-fast/8'],
  // The groups wait for that event too.
  may: ['delivery/1', 'delivery/14'],
  minimal: 'write-while-publish-is-refused',
  write: {
    async store({ write, publish }, row, event, work) {
      await work()
      await write(row, null)
      await publish(event).catch((error: unknown) =>
        console.error('event not published', error instanceof Error ? error.message : error),
      )
      return PUBLISHED
    },
  },
}

export default brokenWriting(defect)
