import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Parts of names are made plain when they are written, and an underscore becomes a hyphen: another topic.',
  must: ['dispatch/3'],
  minimal: NAMES,
  print: (print, parts) => print(parts).replaceAll('_', '-'),
}

export default brokenOnex(defect)
