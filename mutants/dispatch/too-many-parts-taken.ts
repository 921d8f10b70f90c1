import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Of the name of a topic the first four parts are read, however many it has.',
  must: ['dispatch/3'],
  minimal: NAMES,
  parse: (parse, name) => parse(name.split('.').slice(0, 4).join('.')),
}

export default brokenOnex(defect)
