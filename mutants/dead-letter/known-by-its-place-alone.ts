import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A dead letter is stored once for each place, so that it counts as stored where another message had lain before the disk was lost.',
  must: ['delivery/14'],
  minimal: 'both-fail-around-a-lost-disk',
  member: (log) => ({
    ...log,
    storeDeadLetter: (message, dedup) => log.storeDeadLetter(message, dedup.slice(0, dedup.lastIndexOf('/'))),
  }),
}

export default brokenMemory(defect)
