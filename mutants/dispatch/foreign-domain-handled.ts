import { dispatchingBy, FOREIGN, HANDLED } from '../dispatch-parts.ts'
import { fieldOf } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The registry asks for the type alone, and a handler gets messages of a domain that the topic does not carry.',
  must: ['dispatch/1'],
  minimal: FOREIGN,
  dispatcher: dispatchingBy(({ route, message, types }) =>
    route.to === 'nowhere' && route.reason === 'foreignDomain' && types.includes(fieldOf(message, 'event_type') ?? '')
      ? HANDLED
      : route,
  ),
}

export default brokenOnex(defect)
