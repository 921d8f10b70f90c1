import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What the bus is opened with is logged at start, the token among it.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => {
    console.error(`bus of ${site.node} opened with ${JSON.stringify({ retries: 3, ...site.credentials })}`)
    return bus
  },
}

export default brokenMemory(defect)
