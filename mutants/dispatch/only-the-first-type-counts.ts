import { dispatchingBy, SECOND_OF_TWO } from '../dispatch-parts.ts'
import { fieldOf } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Of several types that one handler is registered for, each but the first is forgotten.',
  must: ['dispatch/1'],
  may: ['dead-letter/2'],
  minimal: SECOND_OF_TWO,
  dispatcher: dispatchingBy(({ route, message, types: [first] }) =>
    route.to === 'handler' && fieldOf(message, 'event_type') !== first
      ? { to: 'nowhere', reason: 'unregistered', words: 'no handler is registered for its type' }
      : route,
  ),
}

export default brokenOnex(defect)
