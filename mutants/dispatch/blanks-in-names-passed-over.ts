import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Blanks and line ends around the name of a topic are cut off before it is read.',
  must: ['dispatch/3'],
  minimal: NAMES,
  parse: (parse, name) => parse(name.trim()),
}

export default brokenOnex(defect)
