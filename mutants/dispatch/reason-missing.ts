import { dispatchingBy, UNREGISTERED } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The dead letter of a message without a handler has the same error as any other one.',
  must: ['dispatch/2'],
  minimal: UNREGISTERED,
  dispatcher: dispatchingBy(
    ({ route }) => route,
    () => 'HANDLING_FAILED',
  ),
}

export default brokenOnex(defect)
