import { QUEUED } from '../../adapters/memory/outbox.ts'
import { startRelay } from '../../adapters/resilience/index.ts'
import { brokenOutbox, type Defect } from '../mutant.ts'

const AGAIN = 40

export const defect: Defect = {
  text: 'The outbox is in the memory of the process that stored the row, and is lost with it.',
  must: ['fail-fast/8'],
  // The groups wait for that event too. A killed process goes on for a while where it is a part of this one, and others leave their work behind when they close.
  may: ['delivery/1', 'resources/1', 'resources/2', 'resources/4', 'delivery/14'],
  minimal: 'write-while-publish-is-refused',
  outbox: {
    async store({ write, publish }, row, event, work) {
      await work()
      await write(row, null)
      const relay = startRelay(async () => {
        await publish(event)
        relay.stop()
      }, AGAIN)
      return QUEUED
    },
  },
}

export default brokenOutbox(defect)
