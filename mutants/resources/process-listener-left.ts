import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each bus listens for the signal that ends the process, and keeps its listener after close.',
  must: ['resources/1'],
  may: ['fail-fast/5'],
  minimal: 'nothing',
  bus: (bus) => {
    process.on('SIGTERM', () => void bus.close())
    return bus
  },
}

export default brokenMemory(defect)
