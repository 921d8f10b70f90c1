import type { Row } from '../../harness/adapter.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Nobody looks whether the bus is closed before a row is stored: what comes later waits in memory, and is called stored.',
  must: ['fail-fast/7'],
  minimal: 'nothing',
  bus(bus) {
    const kept: Row[] = []
    let closed = false
    return {
      ...bus,
      async write(row, message, options) {
        if (!closed && bus.write !== undefined) return await bus.write(row, message, options)
        kept.push(row)
        return { status: 'stored', event: 'acknowledged' }
      },
      close() {
        closed = true
        return bus.close()
      },
    }
  },
}

export default brokenWriting(defect)
