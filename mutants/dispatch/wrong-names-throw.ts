import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A name that is none is not read as none: reading it throws.',
  must: ['dispatch/3'],
  minimal: NAMES,
  parse(parse, name) {
    const parts = parse(name)
    if (parts === null) throw new RangeError('this is no name of a topic')
    return parts
  },
}

export default brokenOnex(defect)
