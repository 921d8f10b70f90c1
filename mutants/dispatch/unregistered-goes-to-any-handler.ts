import { dispatchingBy, HANDLED, UNKNOWN } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message of a type that nobody registered goes to whatever handler is there.',
  must: ['dispatch/1'],
  minimal: UNKNOWN,
  dispatcher: dispatchingBy(({ route }) =>
    route.to === 'nowhere' && route.reason === 'unregistered' ? HANDLED : route,
  ),
}

export default brokenOnex(defect)
