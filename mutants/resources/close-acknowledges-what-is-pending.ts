import { brokenMemory, type Defect, tellingClose } from '../mutant.ts'

export const defect: Defect = {
  text: 'A closing bus acknowledges every publish that is still pending.',
  must: ['resources/3'],
  // Each of these speaks of what is acknowledged and not there.
  may: ['fail-fast/1', 'delivery/1', 'delivery/13', 'retry/1', 'delivery/14'],
  minimal: 'closed-while-publish-is-refused',
  bus(bus) {
    const told = tellingClose(bus)
    return {
      ...told,
      publish: (message, options) =>
        Promise.race([bus.publish(message, options), told.closed.then(() => ({ status: 'acknowledged' }) as const)]),
    }
  },
}

export default brokenMemory(defect)
