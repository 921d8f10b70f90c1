import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A warning about an old way to log in shows in its detail how it was done.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => {
    process.emitWarning('tokens in the handshake are deprecated', { detail: `handshake ${site.credentials.token}` })
    return bus
  },
}

export default brokenMemory(defect)
