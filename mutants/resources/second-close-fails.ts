import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A second close fails.',
  must: ['resources/2'],
  // Nor is that error one of the contract's.
  may: ['fail-fast/3'],
  minimal: 'nothing',
  bus: (bus) => {
    let closed = false
    return {
      ...bus,
      async close() {
        if (closed) throw new Error('the bus was closed before')
        closed = true
        await bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
