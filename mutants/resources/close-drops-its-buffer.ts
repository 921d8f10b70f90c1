import type { Message, PublishOptions } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus acknowledges publishes at once and sends them from a buffer every 20 ms; close discards the buffer.',
  must: ['resources/3'],
  // What is acknowledged before it is sent breaks much else.
  may: [
    'fail-fast/1',
    'fail-fast/2',
    'fail-fast/3',
    'fail-fast/6',
    'fail-fast/7',
    'delivery/1',
    'delivery/2',
    'delivery/13',
    'ordering/3',
    'breaker/2',
    'delivery/14',
  ],
  minimal: 'publish-refused',
  bus(bus) {
    const buffer: { readonly message: Message; readonly options: PublishOptions }[] = []
    let timer: NodeJS.Timeout | undefined
    const flush = (): void => {
      timer = undefined
      // The caller has its acknowledgement already.
      for (const { message, options } of buffer.splice(0)) bus.publish(message, options).catch(() => undefined)
    }
    return {
      ...bus,
      async publish(message, options) {
        buffer.push({ message, options })
        timer ??= setTimeout(flush, 20)
        return { status: 'acknowledged' }
      },
      async close() {
        clearTimeout(timer)
        buffer.length = 0
        await bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
