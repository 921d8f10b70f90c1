import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each bus listens for process warnings, and removes its listener only if it was never used.',
  must: ['resources/1'],
  // The process itself warns once there are more than ten, and each keeps its bus.
  may: ['resources/8'],
  minimal: 'nothing',
  bus: (bus) => {
    let used = false
    const listener = (): void => void bus
    process.on('multipleResolves', listener)
    return {
      ...bus,
      publish(message, options) {
        used = true
        return bus.publish(message, options)
      },
      async close() {
        await bus.close()
        if (!used) process.off('multipleResolves', listener)
      },
    }
  },
}

export default brokenMemory(defect)
