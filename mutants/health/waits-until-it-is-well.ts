import { isClosed } from '../health-parts.ts'
import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'A look that fails is made again until it succeeds.',
  must: ['health/1'],
  minimal: 'asked-in-an-outage',
  bus: (bus) => ({
    ...bus,
    async health() {
      for (;;) {
        const told = await bus.health?.()
        if (told === undefined) throw new Error('the bus tells its health')
        if (told.status === 'healthy' || isClosed(told)) return told
        await sleep(20)
      }
    },
  }),
}

export default brokenMemory(defect)
