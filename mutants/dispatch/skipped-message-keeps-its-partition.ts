import { dispatchingBy, UNREGISTERED } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message without a handler is never settled: its partition waits for it for ever.',
  must: ['dispatch/2'],
  may: [
    'dispatch/1',
    'delivery/1',
    'delivery/5',
    'delivery/13',
    'resources/1',
    'resources/2',
    'dead-letter/7',
    'ordering/5',
  ],
  minimal: UNREGISTERED,
  dispatcher: dispatchingBy(({ route }) => (route.to === 'nowhere' ? 'never' : route)),
}

export default brokenOnex(defect)
