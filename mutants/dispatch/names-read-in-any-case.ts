import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The name of a topic is read in lower case, so that it is not what is written.',
  must: ['dispatch/3'],
  minimal: NAMES,
  parse: (parse, name) => parse(name.toLowerCase()),
}

export default brokenOnex(defect)
