import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Close does not tell the group that the member is gone: its session will end by itself.',
  must: ['resources/1'],
  may: ['delivery/13'],
  minimal: 'nothing',
  member: (log) => ({ ...log, leave: async () => undefined }),
}

export default brokenMemory(defect)
