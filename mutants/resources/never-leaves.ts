import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Close does not leave the group; the member stays until its session ends.',
  must: ['resources/1'],
  may: ['delivery/13'],
  minimal: 'nothing',
  member: (log) => ({ ...log, leave: async () => undefined }),
}

export default brokenMemory(defect)
