import { dispatchingBy, UNREGISTERED } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message of a type that nobody registered is skipped, and nothing is left of it.',
  must: ['dispatch/2'],
  may: ['delivery/1', 'delivery/5', 'delivery/6', 'delivery/13'],
  minimal: UNREGISTERED,
  dispatcher: dispatchingBy(({ route }) =>
    route.to === 'nowhere' && route.reason === 'unregistered' ? 'dropped' : route,
  ),
}

export default brokenOnex(defect)
