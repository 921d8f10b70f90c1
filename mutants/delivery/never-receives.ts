import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer reports that it is subscribed, and receives nothing.',
  must: ['delivery/13'],
  // It says so on a closed bus too.
  may: ['delivery/8', 'delivery/1', 'fail-fast/7', 'delivery/14'],
  minimal: 'nothing',
  bus: (bus) => ({ ...bus, subscribe: async () => ({ close: async () => undefined }) }),
}

export default brokenMemory(defect)
