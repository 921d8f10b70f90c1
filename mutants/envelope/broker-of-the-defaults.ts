import { filling } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The broker field is the default of its setting, whatever is set.',
  must: ['envelope/2'],
  minimal: 'messages-of-four-nodes',
  bus: filling('broker', () => 'local'),
}

export default brokenOnex(defect)
