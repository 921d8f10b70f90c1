import { brokenMemory, type Defect, sleep } from '../mutant.ts'

/** ms */
const GRACE = 20

export const defect: Defect = {
  text: 'A close lets what is under way come to its end before it begins, and takes new calls meanwhile.',
  must: ['fail-fast/7'],
  minimal: 'nothing',
  bus(bus) {
    let closed: Promise<void> | undefined
    return {
      ...bus,
      close() {
        closed ??= sleep(GRACE).then(() => bus.close())
        return closed
      },
    }
  },
}

export default brokenMemory(defect)
