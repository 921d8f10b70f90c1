import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The detail of a deprecation warning shows the credentials of the login.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => {
    process.emitWarning('tokens in the handshake are deprecated', { detail: `handshake ${site.credentials.token}` })
    return bus
  },
}

export default brokenMemory(defect)
