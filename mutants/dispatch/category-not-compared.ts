import { passingOver, WRONG_CATEGORY } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A command on a topic of events matches the route of the events.',
  must: ['dispatch/1'],
  minimal: WRONG_CATEGORY,
  dispatcher: passingOver('wrongCategory'),
}

export default brokenOnex(defect)
