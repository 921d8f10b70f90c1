import type { RowTools } from '../../adapters/memory/writing.ts'
import { CODES, PUBLISHED, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

/** Of each bus that has met a failure, what it writes with. */
const broken = new WeakSet<RowTools>()

export const defect: Defect = {
  text: 'The bus drops the connection that stores rows at the first failed write, and never opens another.',
  must: ['fail-fast/8'],
  minimal: 'write-while-publish-is-refused',
  write: {
    async store(tools, row, event, work) {
      await work()
      if (broken.has(tools))
        throw new ResilienceError(CODES.connection, 'there is no connection', { effect: 'none', retryable: true })
      try {
        await tools.write(row, event)
      } catch (error) {
        broken.add(tools)
        throw error
      }
      return PUBLISHED
    },
  },
}

export default brokenWriting(defect)
