import { inSpiteOfConflict } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

const CONFLICT = {
  names: ['KAFKA_ENABLE_AUTO_COMMIT', 'KAFKA_COMMIT_AFTER_PROCESSING'],
  why: 'automatic commits',
}

export const defect: Defect = {
  text: 'Automatic commits are taken together with commits after handling.',
  must: ['configuration/4'],
  minimal: 'configured',
  configure: (read, sources) => inSpiteOfConflict(read, sources, CONFLICT),
}

export default brokenOnex(defect)
