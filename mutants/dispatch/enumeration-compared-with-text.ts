import { dispatchingBy, SPELLED } from '../dispatch-parts.ts'
import { fieldOf } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The type, which is text, is compared with a member of an enumeration: no message is equal, and each is skipped.',
  must: ['dispatch/1'],
  may: ['dispatch/2', 'delivery/1', 'delivery/5', 'delivery/6', 'delivery/13'],
  minimal: SPELLED,
  dispatcher: dispatchingBy(({ route, message, types }) =>
    types.map(memberOf).some((one) => one === fieldOf(message, 'event_type')) ? route : 'dropped',
  ),
}

const memberOf = (type: string): string => type.replace('.', '_').toUpperCase()

export default brokenOnex(defect)
