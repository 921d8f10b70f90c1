import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus logs its settings when it opens, including the token.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => {
    console.error(`bus of ${site.node} opened with ${JSON.stringify({ retries: 3, ...site.credentials })}`)
    return bus
  },
}

export default brokenMemory(defect)
