import { dispatchingBy, WRONG_CATEGORY } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whatever is wrong with a message, its dead letter says that its type is not registered.',
  must: ['dispatch/2'],
  minimal: WRONG_CATEGORY,
  dispatcher: dispatchingBy(
    ({ route }) => route,
    ({ reason }) => reason.unregistered,
  ),
}

export default brokenOnex(defect)
