import { brokenMemory, type Defect } from '../mutant.ts'

const opened = new Set<string>()

export const defect: Defect = {
  text: 'The bus registers a client id when it opens and never releases it, so a process cannot open the bus again.',
  must: ['delivery/13'],
  may: ['delivery/1', 'delivery/5', 'fail-fast/3', 'delivery/14'],
  site(site) {
    if (opened.has(site.node)) throw new Error(`client id ${site.node} is taken`)
    opened.add(site.node)
    return site
  },
}

export default brokenMemory(defect)
