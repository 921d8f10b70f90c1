import { createHealth } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The components are looked at one after another, and each look may take as long as the answer.',
  must: ['health/1'],
  minimal: 'asked-in-an-outage-of-everything',
  bus: (bus, site, parts) => {
    const timeout = site.claims.health?.timeout ?? 0
    const looks = (parts.components ?? []).map((component) =>
      createHealth({ claim: { timeout, age: 0 }, components: [component], isOpen: null }),
    )
    return {
      ...bus,
      async health() {
        const told = await bus.health?.()
        if (told === undefined) throw new Error('the bus tells its health')
        for (const look of looks) await look.check()
        return told
      },
      close() {
        for (const look of looks) look.close()
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
