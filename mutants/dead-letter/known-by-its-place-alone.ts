import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus identifies dead letters by position alone: after a disk loss, one counts as stored if another message had that position before.',
  must: ['delivery/14'],
  minimal: 'both-fail-around-a-lost-disk',
  member: (log) => ({
    ...log,
    storeDeadLetter: (message, dedup) => log.storeDeadLetter(message, dedup.slice(0, dedup.lastIndexOf('/'))),
  }),
}

export default brokenMemory(defect)
