import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenOptionalWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'If events are optional, the receipt of a write says that its event is published even if that failed.',
  must: ['fail-fast/8'],
  // The groups wait for that event too.
  may: ['delivery/1', 'delivery/14'],
  minimal: 'write-while-publish-is-refused',
  write: {
    async store({ write, publish }, row, event, work) {
      await work()
      await write(row, null)
      return await publish(event).then(
        () => PUBLISHED,
        () => PUBLISHED,
      )
    },
  },
}

export default brokenOptionalWriting(defect)
