import { brokenMemory, type Defect } from '../mutant.ts'

const opened = new Set<string>()

export const defect: Defect = {
  text: 'A client id is registered when a bus opens and never given back, so that a process cannot open its bus again.',
  must: ['delivery/13'],
  may: ['delivery/1', 'delivery/5', 'fail-fast/3', 'delivery/14'],
  site(site) {
    if (opened.has(site.node)) throw new Error(`client id ${site.node} is taken`)
    opened.add(site.node)
    return site
  },
}

export default brokenMemory(defect)
