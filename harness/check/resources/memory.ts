import { MEMORY_OF_A_BUS } from '../../claims/memory.ts'
import type { Check } from '../check.ts'

/** resources/9: an open bus holds at most the memory that it claims, or the default limit. */
export const memory: Check = {
  clause: 'resources/9',
  file: import.meta.url,
  detect: (ledger, report) => {
    const claimed = ledger.run.claims.memory
    const most = claimed ?? MEMORY_OF_A_BUS
    const told = new Set<string>()
    return {
      takes: ['memory'],
      step(event) {
        if (event.type !== 'memory') return
        report.occasion()
        if (event.bytes <= most || told.has(event.node)) return
        told.add(event.node)
        report.violation({
          message: `the bus of ${event.node} holds ${mebibytes(event.bytes)} of memory`,
          expected: `at most ${mebibytes(most)}, ${claimed === undefined ? 'the default without claims.memory' : 'as claimed by claims.memory'}`,
          actual: `${event.bytes} bytes of heap and buffers more than before it was opened, after garbage collection`,
          node: event.node,
          at: event.at,
        })
      },
    }
  },
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`
