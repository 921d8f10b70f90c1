import { dispatchingBy, HANDLED, WRONG_CATEGORY } from '../dispatch-parts.ts'
import { fieldOf } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A command on a topic of events matches the route of the events.',
  must: ['dispatch/1'],
  minimal: WRONG_CATEGORY,
  dispatcher: dispatchingBy(({ route, message, types }) =>
    route.to === 'nowhere' && route.reason === 'wrongCategory' && types.includes(fieldOf(message, 'event_type') ?? '')
      ? HANDLED
      : route,
  ),
}

export default brokenOnex(defect)
