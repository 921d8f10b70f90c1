import { brokenMemory, type Defect } from '../mutant.ts'

const buffers: Uint8Array[] = []

export const defect: Defect = {
  text: 'Each bus takes a send buffer from a pool in the module, which creates new ones and takes none back.',
  must: ['resources/8'],
  minimal: 'opened-and-closed-again-and-again',
  bus(bus) {
    buffers.push(new Uint8Array(256 * 1024))
    return bus
  },
}

export default brokenMemory(defect)
